package dev.rlhf.label.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Interval;
import dev.rlhf.data.Verdict;
import dev.rlhf.label.BatchSettings;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.agreement.AgreementReport;
import dev.rlhf.label.agreement.PositionBias;
import dev.rlhf.label.api.BatchStatus;
import dev.rlhf.label.api.Dispute;
import dev.rlhf.label.api.GoldTask;
import dev.rlhf.label.api.GuidelinesVersion;
import dev.rlhf.label.api.LabelerStatus;
import dev.rlhf.label.assignment.TagDemand;
import dev.rlhf.label.files.TaskJson;
import dev.rlhf.label.judging.VerdictCounts;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the data of admins as JSON, for {@code label stats --json} and the admin page. A value that cannot be computed
 * is null.
 */
public final class AdminJson {
    private AdminJson() {}

    public static ArrayNode batches(List<BatchStatus> batches) {
        ArrayNode array = array();
        for (BatchStatus batch : batches) {
            BatchSettings settings = batch.settings();
            ObjectNode node = array.addObject()
                    .put("name", batch.name())
                    .put("tasks", batch.tasks())
                    .put("places", batch.places())
                    .put("taken", batch.taken())
                    .put("claims", batch.claims())
                    .put("skips", batch.skips())
                    .put("gold_tasks", batch.goldTasks())
                    .put("overlap", settings.overlap())
                    .put("priority", settings.priority())
                    .put("paused", settings.paused())
                    .put("top_k", settings.topK())
                    .put("strength", settings.strength())
                    .put("scores", settings.scores())
                    .put("gold_rate", settings.goldRate())
                    .put("skip_limit", settings.skipLimit())
                    .put("max_overlap", settings.maxOverlap())
                    .put("demonstrations", settings.demonstrations())
                    .put("disputed_first", settings.disputedFirst())
                    .put("judging", batch.judging());
            settings.flags().forEach(node.putArray("flags")::add);
            settings.tags().forEach(node.putArray("tags")::add);
            ArrayNode demand = node.putArray("demand");
            for (TagDemand one : batch.demand()) {
                ObjectNode wanted = demand.addObject();
                one.tags().forEach(wanted.putArray("tags")::add);
                wanted.put("open_tasks", one.openTasks()).put("labelers", one.labelers());
            }
        }
        return array;
    }

    public static ArrayNode labelers(List<LabelerStatus> labelers) {
        ArrayNode array = array();
        for (LabelerStatus labeler : labelers) {
            ObjectNode node = array.addObject()
                    .put("name", labeler.name())
                    .put("kind", labeler.kind().word())
                    .put("rankings", labeler.rankings())
                    .put("verdicts", labeler.verdicts())
                    .put("skips", labeler.skips())
                    .put("cannot_judge", labeler.cannotJudge())
                    .put("skip_rate", number(labeler.skipRate()))
                    .put("median_seconds", number(labeler.medianSeconds()))
                    .put("total_seconds", labeler.totalSeconds());
            node.set("position_bias", bias(labeler.bias()));
            node.putObject("gold")
                    .put("tasks", labeler.gold().tasks())
                    .put("exact", labeler.gold().exact())
                    .put("pairwise", number(labeler.gold().pairs().asWritten()));
            node.putObject("second_opinion")
                    .put("tasks", labeler.opinion().tasks())
                    .put("pairwise", number(labeler.opinion().pairs().tiesHalf()));
            node.putObject("agreement")
                    .put("tasks", labeler.agreement().tasks())
                    .put("pairwise", number(labeler.agreement().pairs().asWritten()))
                    .put("ties_half", number(labeler.agreement().pairs().tiesHalf()))
                    .put("ties_left_out", number(labeler.agreement().pairs().tiesLeftOut()))
                    .put("tau_b", number(labeler.agreement().tauB().orElse(Double.NaN)));
        }
        return array;
    }

    public static ObjectNode agreement(AgreementReport report) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("tasks", report.tasks());
        node.set("pairwise", interval(report.pairwise()));
        node.set("ties_half", interval(report.tiesHalf()));
        node.set("ties_left_out", interval(report.tiesLeftOut()));
        node.set("alpha", interval(report.alpha()));
        node.set("tau_b", interval(report.tauB()));
        node.set("w", interval(report.w()));
        node.set("kappa", interval(report.kappa()));
        return node;
    }

    public static ArrayNode disputes(List<Dispute> disputes) {
        ArrayNode array = array();
        for (Dispute dispute : disputes) {
            ObjectNode node = array.addObject()
                    .put("task_id", dispute.task())
                    .put("batch", dispute.batch())
                    .put("id", dispute.id());
            write(dispute.prompt(), dispute.completions(), node);
            ArrayNode rankings = node.putArray("rankings");
            for (Map.Entry<String, List<Integer>> ranks : dispute.ranks().entrySet()) {
                ObjectNode ranking = rankings.addObject().put("labeler", ranks.getKey());
                ranks.getValue().forEach(ranking.putArray("ranks")::add);
            }
            dispute.common().forEach(node.putArray("common")::add);
            node.put("pairwise", number(dispute.pairs().tiesHalf()));
        }
        return array;
    }

    public static ArrayNode gold(List<GoldTask> tasks) {
        ArrayNode array = array();
        for (GoldTask task : tasks) {
            ObjectNode node = array.addObject().put("batch", task.batch()).put("id", task.id());
            write(task.prompt(), task.completions(), node);
            task.known().forEach(node.putArray("known")::add);
            node.put("rankings", task.score().tasks())
                    .put("exact", task.score().exact())
                    .put("pairwise", number(task.score().pairs().asWritten()));
        }
        return array;
    }

    public static ArrayNode guidelines(List<GuidelinesVersion> versions) {
        ArrayNode array = array();
        for (GuidelinesVersion version : versions) {
            array.addObject()
                    .put("version", version.guidelines().version())
                    .put("text", version.guidelines().text())
                    .put("published_at", version.guidelines().publishedAt().toString())
                    .put("current", version.current())
                    .put("seen", version.seen())
                    .put("labels", version.labels());
        }
        return array;
    }

    public static ObjectNode verdicts(VerdictCounts counts) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        for (Verdict verdict : Verdict.values()) {
            node.put(verdict.word(), counts.count(verdict));
        }
        return node.put("tasks", counts.tasks()).put("agreement", number(counts.agreement()));
    }

    private static ObjectNode bias(PositionBias bias) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("rankings", bias.rankings());
        ArrayNode places = node.putArray("places");
        for (PositionBias.Place place : bias.places()) {
            ObjectNode one = places.addObject()
                    .put("first", place.first())
                    .put("rankings", place.rankings())
                    .put("expected", place.expected());
            one.set("share", interval(place.share()));
        }
        return node.put("chi_square", bias.chiSquare())
                .put("degrees", bias.degrees())
                .put("p", number(bias.p()));
    }

    static void write(Prompt prompt, List<Completion> completions, ObjectNode node) {
        node.set("messages", TaskJson.writeMessages(prompt.messages()));
        ArrayNode array = node.putArray("completions");
        for (Completion completion : completions) {
            array.addObject()
                    .put("id", completion.id())
                    .put("text", completion.text())
                    .put("model", completion.model());
        }
    }

    private static ObjectNode interval(Interval interval) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("value", number(interval.value()))
                .put("low", number(interval.low()))
                .put("high", number(interval.high()));
    }

    static @Nullable Double number(double value) {
        return Double.isNaN(value) ? null : value;
    }

    private static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }
}

package dev.rlhf.label.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.data.Verdict;
import dev.rlhf.label.Form;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.api.Draft;
import dev.rlhf.label.api.GivenTask;
import dev.rlhf.label.api.LabelHistory;
import dev.rlhf.label.api.LabelingProgress;
import dev.rlhf.label.api.Revision;
import dev.rlhf.label.api.Submission;
import dev.rlhf.label.assignment.QuotaMet;
import dev.rlhf.label.files.JsonObject;
import dev.rlhf.label.files.TaskJson;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the JSON of the labelers' routes, described in docs/reference/labelling.md. Lists are in the order
 * shown.
 */
final class LabelJson {
    private LabelJson() {}

    /**
     * Reads a submission.
     *
     * @throws IllegalArgumentException if it is not valid
     */
    static Submission readSubmission(JsonObject body) {
        body.allow(
                "key",
                "kind",
                "ranks",
                "strength",
                "scores",
                "flags",
                "all_bad",
                "personal_data",
                "reason",
                "comment",
                "seconds",
                "guideline",
                "demonstration",
                "verdict");
        String verdict = body.textOrNull("verdict");
        return new Submission(
                body.text("key"),
                new Judgement(
                        LabelKind.of(body.text("kind")),
                        body.integersOrNull("ranks"),
                        body.intOrNull("strength"),
                        body.integersOrNull("scores"),
                        body.wordLists("flags"),
                        body.flag("all_bad"),
                        body.flag("personal_data"),
                        body.textOrNull("reason"),
                        body.textOrNull("comment"),
                        body.numberOrNull("seconds"),
                        body.textOrNull("guideline"),
                        body.textOrNull("demonstration"),
                        verdict == null ? null : Verdict.of(verdict)));
    }

    /** @param id the number under which labelers know the task */
    static ObjectNode write(GivenTask task, long id) {
        ObjectNode node = Requests.object().put("id", id);
        node.set("messages", TaskJson.writeMessages(task.shown().messages()));
        ArrayNode completions = node.putArray("completions");
        task.shown().completions().forEach(text -> completions.addObject().put("text", text));
        node.set(
                "answers",
                task.shown().answers() == null
                        ? NullNode.instance
                        : words(task.shown().answers()));
        node.set("form", write(task.form()));
        node.set("draft", write(task.draft()));
        Revision label = task.label();
        node.set("label", label == null ? NullNode.instance : write(label));
        GivenTask.SentBack back = task.sentBack();
        node.set(
                "sent_back",
                back == null ? NullNode.instance : Requests.object().put("note", back.note()));
        return node.put("editable", task.editable())
                .put("lease_until", task.leaseUntil().toString());
    }

    static JsonNode write(@Nullable Draft draft) {
        if (draft == null) {
            return NullNode.instance;
        }
        try {
            return Requests.object()
                    .put("version", draft.version())
                    .set("content", Json.mapper().readTree(draft.content()));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ObjectNode write(Revision label) {
        Judgement judgement = label.judgement();
        ObjectNode node = Requests.object().put("kind", judgement.kind().word());
        node.set("ranks", integers(judgement.ranks()));
        node.put("strength", judgement.strength());
        node.set("scores", integers(judgement.scores()));
        node.set("flags", judgement.flags().isEmpty() ? NullNode.instance : wordLists(judgement.flags()));
        return node.put("all_bad", judgement.allBad())
                .put("personal_data", judgement.personalData())
                .put("reason", judgement.reason())
                .put("comment", judgement.comment())
                .put("seconds", judgement.seconds())
                .put("guideline", judgement.guideline())
                .put("demonstration", judgement.demonstration())
                .put("verdict", word(judgement.verdict()))
                .put("revision", label.number())
                .put("at", label.at().toString());
    }

    /** @param numbers the numbers under which labelers know tasks */
    static ObjectNode write(LabelHistory history, TaskNumbers numbers) {
        ObjectNode node = Requests.object();
        ArrayNode labels = node.putArray("labels");
        for (LabelHistory.Entry entry : history.labels()) {
            labels.addObject()
                    .put("task", numbers.shown(entry.task()))
                    .put("kind", entry.kind().word())
                    .put("at", entry.at().toString())
                    .put("revision", entry.revision())
                    .put("seconds", entry.seconds())
                    .put("editable", entry.editable())
                    .put("excerpt", entry.excerpt())
                    .put("verdict", word(entry.verdict()))
                    .set("ranks", integers(entry.ranks()));
        }
        return node.put("next", history.next());
    }

    static ObjectNode write(LabelingProgress progress) {
        return Requests.object()
                .put("labeler", progress.labeler())
                .put("yours", progress.yours())
                .put("skipped", progress.skipped())
                .put("today", progress.today())
                .put("seconds_today", progress.secondsToday())
                .put("rankings", progress.rankings())
                .put("wanted", progress.wanted());
    }

    static ObjectNode write(QuotaMet quota) {
        return Requests.object()
                .put("measure", quota.measure().word())
                .put("limit", quota.limit())
                .put("until", quota.until() == null ? null : String.valueOf(quota.until()));
    }

    private static ObjectNode write(Form form) {
        ObjectNode node = Requests.object()
                .put("top_k", form.topK())
                .put("strength", form.strength())
                .put("scores", form.scores())
                .put("demonstrations", form.demonstrations())
                .put("verdict", form.verdict());
        node.set("flags", words(form.flags()));
        return node;
    }

    private static @Nullable String word(@Nullable Verdict verdict) {
        return verdict == null ? null : verdict.word();
    }

    private static JsonNode integers(@Nullable List<@Nullable Integer> list) {
        if (list == null) {
            return NullNode.instance;
        }
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Integer item : list) {
            array.add(item);
        }
        return array;
    }

    private static ArrayNode wordLists(List<List<String>> lists) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        lists.forEach(list -> array.add(words(list)));
        return array;
    }

    private static ArrayNode words(List<String> words) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        words.forEach(array::add);
        return array;
    }
}

package dev.rlhf.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.server.AdminJson;
import dev.rlhf.label.store.AdminService;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rlhf label stats}: progress of batches, statistics of labelers, and their agreement. */
@Command(
        name = "stats",
        description = "Show progress of batches, statistics of labelers, and their agreement with 95 %% intervals.")
final class LabelStats extends LabelSubcommand {
    @Mixin
    private final LabelSource source = new LabelSource();

    @Option(
            names = "--batch",
            paramLabel = "NAME",
            description = "labelers and agreement of this batch only (default: all)")
    private @Nullable String batch;

    @Option(names = "--json", description = "print one JSON object instead of tables")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        source.run(
                store -> {
                    AdminService admin = store.adminService();
                    show(
                            AdminJson.batches(admin.batches()),
                            AdminJson.labelers(admin.labelers(batch)),
                            AdminJson.agreement(admin.agreement(batch)),
                            AdminJson.verdicts(admin.verdicts(batch)));
                },
                client -> show(
                        client.batches(), client.labelers(batch), client.agreement(batch), client.verdicts(batch)));
        return ExitCode.DONE;
    }

    private void show(JsonNode batches, JsonNode labelers, JsonNode agreement, JsonNode verdicts) {
        if (json) {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            node.set("batches", batches);
            node.set("labelers", labelers);
            node.set("agreement", agreement);
            node.set("verdicts", verdicts);
            print(node.toString());
        } else {
            showBatches(batches);
            showLabelers(labelers);
            showAgreement(agreement);
            showVerdicts(verdicts);
        }
    }

    private void showBatches(JsonNode batches) {
        print("%-24s %7s %15s %7s %7s %6s %9s  %s"
                .formatted("batch", "tasks", "ranked", "held", "skips", "gold", "priority", "state"));
        for (JsonNode one : batches) {
            int taken = one.path("taken").asInt();
            int places = one.path("places").asInt();
            print("%-24s %7d %15s %7d %7d %6d %9d  %s"
                    .formatted(
                            one.path("name").asText(),
                            one.path("tasks").asInt(),
                            taken + " of " + places,
                            one.path("claims").asInt(),
                            one.path("skips").asInt(),
                            one.path("gold_tasks").asInt(),
                            one.path("priority").asInt(),
                            one.path("paused").asBoolean() ? "paused" : taken == places ? "done" : "open"));
            showDemand(one);
        }
    }

    private void showDemand(JsonNode batch) {
        int overlap = batch.path("overlap").asInt();
        for (JsonNode one : batch.path("demand")) {
            int able = one.path("labelers").asInt();
            print("  tags %s: %d open tasks, %d labelers%s"
                    .formatted(
                            StreamSupport.stream(one.path("tags").spliterator(), false)
                                    .map(JsonNode::asText)
                                    .collect(Collectors.joining(",")),
                            one.path("open_tasks").asInt(),
                            able,
                            able == 0
                                    ? "; nobody is given them"
                                    : able < overlap ? "; fewer than the overlap of " + overlap : ""));
        }
    }

    private void showLabelers(JsonNode labelers) {
        print("");
        print("%-24s %8s %9s %7s %16s %8s %10s %10s  %s"
                .formatted(
                        "labeler",
                        "rankings",
                        "seconds",
                        "skips",
                        "gold right",
                        "tau-b",
                        "agreement",
                        "model",
                        "first place"));
        for (JsonNode one : labelers) {
            int gold = one.path("gold").path("tasks").asInt();
            print("%-24s %8d %9s %7s %16s %8s %10s %10s  %s"
                    .formatted(
                            one.path("name").asText(),
                            one.path("rankings").asInt(),
                            number(one.path("median_seconds"), 1),
                            share(one.path("skip_rate")),
                            gold == 0 ? "-" : share(one.path("gold").path("pairwise")) + " of " + gold,
                            number(one.path("agreement").path("tau_b"), 2),
                            share(one.path("agreement").path("ties_half")),
                            share(one.path("second_opinion").path("pairwise")),
                            first(one.path("position_bias"))));
        }
        print("seconds: median active time per ranking;"
                + " agreement: pairs ordered as in the common order of the others, ties half;");
        print("model: the same with the order of a reward model, on tasks that have a second opinion;");
        print("first place: share of rankings in which the first completion shown is best, and share by chance;"
                + " p of all places together.");
    }

    private void showAgreement(JsonNode report) {
        print("");
        print("agreement on %d tasks that two or more ranked"
                .formatted(report.path("tasks").asInt()));
        print("pairwise, ties as written", report.path("pairwise"));
        print("pairwise, ties half", report.path("ties_half"));
        print("pairwise, ties left out", report.path("ties_left_out"));
        print("Krippendorff's alpha, ordinal", report.path("alpha"));
        print("Kendall's tau-b", report.path("tau_b"));
        print("Kendall's W", report.path("w"));
        print("Fleiss' kappa of pairs", report.path("kappa"));
    }

    private void showVerdicts(JsonNode verdicts) {
        int correct = verdicts.path("correct").asInt();
        int refused = verdicts.path("refused").asInt();
        int wrong = verdicts.path("wrong").asInt();
        if (correct + refused + wrong > 0) {
            print("");
            print("verdicts: %d correct, %d refused, %d wrong; two labelers of a task agree: %s on %d tasks"
                    .formatted(
                            correct,
                            refused,
                            wrong,
                            share(verdicts.path("agreement")),
                            verdicts.path("tasks").asInt()));
        }
    }

    private void print(String name, JsonNode interval) {
        print("  %-30s %6s   95 %% %s to %s"
                .formatted(
                        name,
                        number(interval.path("value"), 3),
                        number(interval.path("low"), 3),
                        number(interval.path("high"), 3)));
    }

    private static String first(JsonNode bias) {
        if (bias.path("places").isEmpty()) {
            return "-";
        }
        JsonNode place = bias.path("places").path(0);
        return "%s [%s, %s] of %s%s"
                .formatted(
                        share(place.path("share").path("value")),
                        share(place.path("share").path("low")),
                        share(place.path("share").path("high")),
                        share(DoubleNode.valueOf(place.path("expected").asDouble()
                                / place.path("rankings").asInt())),
                        bias.path("degrees").asInt() == 0 ? "" : ", p " + number(bias.path("p"), 3));
    }

    private static String share(JsonNode value) {
        return value.isNumber() ? Math.round(100 * value.asDouble()) + " %" : "-";
    }

    private static String number(JsonNode value, int digits) {
        return value.isNumber() ? String.format(Locale.ROOT, "%." + digits + "f", value.asDouble()) : "-";
    }
}

package dev.rlhf.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Interval;
import dev.rlhf.label.agreement.AgreementReport;
import dev.rlhf.label.agreement.PositionBias;
import dev.rlhf.label.api.BatchStatus;
import dev.rlhf.label.api.LabelerStatus;
import dev.rlhf.label.server.AdminJson;
import dev.rlhf.label.store.AdminService;
import dev.rlhf.label.store.LabelStore;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rlhf label stats}: progress of batches, statistics of labelers, and their agreement. */
@Command(
        name = "stats",
        description = "Show progress of batches, statistics of labelers, and their agreement with 95 %% intervals.")
final class LabelStats extends LabelSubcommand {
    @Option(
            names = "--batch",
            paramLabel = "NAME",
            description = "labelers and agreement of this batch only (default: all)")
    private @Nullable String batch;

    @Option(names = "--json", description = "print one JSON object instead of tables")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        try (LabelStore store = LabelStore.openExisting(db)) {
            AdminService admin = store.adminService();
            List<LabelerStatus> labelers = admin.labelers(batch);
            AgreementReport agreement = admin.agreement(batch);
            if (json) {
                ObjectNode node = JsonNodeFactory.instance.objectNode();
                node.set("batches", AdminJson.batches(admin.batches()));
                node.set("labelers", AdminJson.labelers(labelers));
                node.set("agreement", AdminJson.agreement(agreement));
                print(node.toString());
            } else {
                print(admin.batches());
                printLabelers(labelers);
                print(agreement);
            }
        }
        return ExitCode.DONE;
    }

    private void print(List<BatchStatus> batches) {
        print("%-24s %7s %15s %7s %7s %6s %9s  %s"
                .formatted("batch", "tasks", "ranked", "held", "skips", "gold", "priority", "state"));
        for (BatchStatus one : batches) {
            print("%-24s %7d %15s %7d %7d %6d %9d  %s"
                    .formatted(
                            one.name(),
                            one.tasks(),
                            one.taken() + " of " + one.places(),
                            one.claims(),
                            one.skips(),
                            one.goldTasks(),
                            one.settings().priority(),
                            one.settings().paused() ? "paused" : one.taken() == one.places() ? "done" : "open"));
        }
    }

    private void printLabelers(List<LabelerStatus> labelers) {
        print("");
        print("%-24s %8s %9s %7s %16s %8s %10s  %s"
                .formatted(
                        "labeler", "rankings", "seconds", "skips", "gold right", "tau-b", "agreement", "first place"));
        for (LabelerStatus one : labelers) {
            print("%-24s %8d %9s %7s %16s %8s %10s  %s"
                    .formatted(
                            one.name(),
                            one.rankings(),
                            number(one.medianSeconds(), 1),
                            share(one.skipRate()),
                            one.gold().tasks() == 0
                                    ? "-"
                                    : share(one.gold().pairs().asWritten()) + " of "
                                            + one.gold().tasks(),
                            number(one.agreement().tauB().orElse(Double.NaN), 2),
                            share(one.agreement().pairs().tiesHalf()),
                            first(one.bias())));
        }
        print("seconds: median active time per ranking;"
                + " agreement: pairs ordered as in the common order of the others, ties half;");
        print("first place: share of rankings in which the first completion shown is best, and share by chance;"
                + " p of all places together.");
    }

    private void print(AgreementReport report) {
        print("");
        print("agreement on %d tasks that two or more ranked".formatted(report.tasks()));
        print("pairwise, ties as written", report.pairwise());
        print("pairwise, ties half", report.tiesHalf());
        print("pairwise, ties left out", report.tiesLeftOut());
        print("Krippendorff's alpha, ordinal", report.alpha());
        print("Kendall's tau-b", report.tauB());
        print("Kendall's W", report.w());
        print("Fleiss' kappa of pairs", report.kappa());
    }

    private void print(String name, Interval interval) {
        print("  %-30s %6s   95 %% %s to %s"
                .formatted(name, number(interval.value(), 3), number(interval.low(), 3), number(interval.high(), 3)));
    }

    private static String first(PositionBias bias) {
        if (bias.places().isEmpty()) {
            return "-";
        }
        PositionBias.Place place = bias.places().getFirst();
        return "%s [%s, %s] of %s%s"
                .formatted(
                        share(place.share().value()),
                        share(place.share().low()),
                        share(place.share().high()),
                        share(place.expected() / place.rankings()),
                        bias.degrees() == 0 ? "" : ", p " + number(bias.p(), 3));
    }

    private static String share(double value) {
        return Double.isNaN(value) ? "-" : Math.round(100 * value) + " %";
    }

    private static String number(double value, int digits) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}

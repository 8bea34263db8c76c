package dev.rlhf.stages.judge;

import dev.rlhf.base.Count;
import dev.rlhf.data.Verdict;
import dev.rlhf.stage.MetricNames;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The confusion matrix of verdicts: how often answers with one label were judged to be another. Not thread-safe. */
final class Confusion {
    /** Names of the numbers of verdicts and of the {@link #metrics}. */
    static final MetricNames NAMES = MetricNames.of(
                    Stream.of(Verdict.values()).map(Verdict::word).toArray(String[]::new))
            .suffixed(List.of("/recall", "/precision"))
            .and("labelled", "accuracy", "kappa");

    private final Map<Verdict, Map<Verdict, Integer>> counts = new EnumMap<>(Verdict.class);

    void add(Verdict label, Verdict judged) {
        counts.computeIfAbsent(label, _ -> new EnumMap<>(Verdict.class)).merge(judged, 1, Integer::sum);
    }

    int total() {
        return counts.values().stream()
                .flatMap(row -> row.values().stream())
                .mapToInt(count -> count)
                .sum();
    }

    /** Prints a row per label with its recall, and below them the precision of each verdict. */
    void print(PrintStream console) {
        console.printf("%s with a verdict to compare with:%n%-12s", Count.of(total(), "row"), "");
        for (Verdict verdict : Verdict.values()) {
            console.printf("%9s", name(verdict));
        }
        console.printf("%9s%n", "recall");
        for (Verdict label : Verdict.values()) {
            console.printf("%-12s", name(label));
            for (Verdict verdict : Verdict.values()) {
                console.printf("%9d", count(label, verdict));
            }
            console.printf("%9s%n", share(count(label, label), labelled(label)));
        }
        console.printf("%-12s", "precision");
        for (Verdict verdict : Verdict.values()) {
            console.printf("%9s", share(count(verdict, verdict), judged(verdict)));
        }
        Map<String, Double> metrics = metrics();
        console.printf(
                Locale.ROOT,
                "%naccuracy %.3f, Cohen's kappa %.3f%n",
                metrics.getOrDefault("accuracy", Double.NaN),
                metrics.getOrDefault("kappa", Double.NaN));
    }

    /**
     * Returns recall and precision of each verdict that occurs, the number of labelled answers, and their accuracy and
     * kappa.
     */
    Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        int right = 0;
        for (Verdict verdict : Verdict.values()) {
            int agreed = count(verdict, verdict);
            right += agreed;
            if (labelled(verdict) > 0) {
                metrics.put(name(verdict) + "/recall", (double) agreed / labelled(verdict));
            }
            if (judged(verdict) > 0) {
                metrics.put(name(verdict) + "/precision", (double) agreed / judged(verdict));
            }
        }
        metrics.put("labelled", (double) total());
        metrics.put("accuracy", (double) right / total());
        metrics.put("kappa", kappa(right));
        return metrics;
    }

    /**
     * Returns Cohen's kappa (Cohen 1960), the accuracy corrected for chance: 0 for a judge that always says the same;
     * NaN if there is only one label and the judge says nothing else.
     */
    private double kappa(int right) {
        double chance = 0;
        for (Verdict verdict : Verdict.values()) {
            chance += (double) labelled(verdict) * judged(verdict) / total() / total();
        }
        return ((double) right / total() - chance) / (1 - chance);
    }

    static String name(Verdict verdict) {
        return verdict.word();
    }

    private int count(Verdict label, Verdict judged) {
        return counts.getOrDefault(label, Map.of()).getOrDefault(judged, 0);
    }

    private int labelled(Verdict label) {
        return counts.getOrDefault(label, Map.of()).values().stream()
                .mapToInt(count -> count)
                .sum();
    }

    private int judged(Verdict verdict) {
        return counts.values().stream()
                .mapToInt(row -> row.getOrDefault(verdict, 0))
                .sum();
    }

    private static String share(int part, int whole) {
        return whole == 0 ? "none" : String.format(Locale.ROOT, "%.3f", (double) part / whole);
    }
}

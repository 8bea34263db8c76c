package dev.rlhf.stages.rank;

import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.agreement.AgreementReport;
import dev.rlhf.label.agreement.Item;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Metrics of rankings: {@code tasks}; {@code rankings}; {@code agreement}, the share of pairs of completions that two
 * labelers order the same, ties left out; {@code alpha}, Krippendorff's ordinal alpha, which corrects for chance;
 * {@code ties_share}, the share of pairs ranked equal among all pairs of all rankings. Agreement and alpha are NaN if
 * no two labelers ordered the same pair: labelers who tie everything do not agree on anything.
 */
final class RankMetrics {
    private static final int SEED = 1;
    /** Names of the metrics. */
    static final String[] NAMES = of(List.of()).keySet().toArray(String[]::new);

    private RankMetrics() {}

    static Map<String, Double> of(List<RankedTask> tasks) {
        List<Item> items = tasks.stream().map(RankMetrics::item).toList();
        AgreementReport report = AgreementReport.of(items, SEED);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("tasks", (double) tasks.size());
        metrics.put("rankings", (double)
                items.stream().mapToInt(item -> item.ranks().size()).sum());
        metrics.put("agreement", report.tiesLeftOut().value());
        metrics.put("alpha", report.alpha().value());
        metrics.put("ties_share", tiesShare(items));
        return metrics;
    }

    private static Item item(RankedTask task) {
        return new Item(
                task.id(),
                task.rankings().stream()
                        .collect(Collectors.toMap(
                                Label::labeler, Label::ranks, (first, _) -> first, LinkedHashMap::new)));
    }

    private static double tiesShare(List<Item> items) {
        long pairs = 0;
        long ties = 0;
        for (Item item : items) {
            for (List<Integer> ranks : item.ranks().values()) {
                for (int a = 0; a < ranks.size(); a++) {
                    for (int b = 0; b < a; b++) {
                        pairs++;
                        ties += ranks.get(a).equals(ranks.get(b)) ? 1 : 0;
                    }
                }
            }
        }
        return (double) ties / pairs;
    }
}

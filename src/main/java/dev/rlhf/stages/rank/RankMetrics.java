package dev.rlhf.stages.rank;

import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Metrics of rankings: {@code tasks}; {@code rankings}; {@code agreement}, the share of pairs of completions that two
 * labelers order the same (better, worse or equal), NaN if no task has two rankings; {@code ties_share}, the share of
 * pairs ranked equal among all pairs of all rankings.
 */
final class RankMetrics {
    private long rankings;
    private long pairs;
    private long ties;
    private long shared;
    private long agreed;

    private RankMetrics() {}

    static Map<String, Double> of(List<RankedTask> tasks) {
        RankMetrics counts = new RankMetrics();
        tasks.forEach(counts::add);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("tasks", (double) tasks.size());
        metrics.put("rankings", (double) counts.rankings);
        metrics.put("agreement", (double) counts.agreed / counts.shared);
        metrics.put("ties_share", (double) counts.ties / counts.pairs);
        return metrics;
    }

    private void add(RankedTask task) {
        List<Label> all = task.rankings();
        for (int a = 0; a < task.completions().size(); a++) {
            for (int b = 0; b < a; b++) {
                for (int i = 0; i < all.size(); i++) {
                    int order = order(all.get(i), a, b);
                    pairs++;
                    ties += order == 0 ? 1 : 0;
                    for (int j = 0; j < i; j++) {
                        shared++;
                        agreed += order == order(all.get(j), a, b) ? 1 : 0;
                    }
                }
            }
        }
        rankings += all.size();
    }

    private static int order(Label ranking, int a, int b) {
        return Integer.compare(ranking.ranks().get(a), ranking.ranks().get(b));
    }
}

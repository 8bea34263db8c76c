package dev.rlhf.label.judging;

import dev.rlhf.data.Verdict;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The verdicts on some tasks and how often two labelers of a task agree.
 *
 * @param counts number of labels by verdict
 * @param tasks number of tasks with two or more verdicts
 * @param pairs number of pairs of labelers of a task
 * @param agreeing number of those pairs with the same verdict
 */
public record VerdictCounts(Map<Verdict, Integer> counts, int tasks, int pairs, int agreeing) {
    public VerdictCounts {
        counts = Map.copyOf(counts);
    }

    /** Counts verdicts, given as one map by labeler for each task. */
    public static VerdictCounts of(Collection<Map<String, Verdict>> tasks) {
        Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
        int compared = 0;
        int pairs = 0;
        int agreeing = 0;
        for (Map<String, Verdict> task : tasks) {
            List<Verdict> verdicts = List.copyOf(task.values());
            verdicts.forEach(verdict -> counts.merge(verdict, 1, Integer::sum));
            compared += verdicts.size() > 1 ? 1 : 0;
            for (int i = 0; i < verdicts.size(); i++) {
                for (int j = i + 1; j < verdicts.size(); j++) {
                    pairs++;
                    agreeing += verdicts.get(i) == verdicts.get(j) ? 1 : 0;
                }
            }
        }
        return new VerdictCounts(counts, compared, pairs, agreeing);
    }

    public int count(Verdict verdict) {
        return counts.getOrDefault(verdict, 0);
    }

    /** Returns the share of pairs of labelers with the same verdict; NaN without a pair. */
    public double agreement() {
        return (double) agreeing / pairs;
    }
}

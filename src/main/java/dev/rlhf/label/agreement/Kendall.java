package dev.rlhf.label.agreement;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Kendall's rank correlation of two rankings, and his coefficient of concordance of several, both corrected for ties.
 */
final class Kendall {
    private Kendall() {}

    /**
     * Returns tau-b: (concordant - discordant) / sqrt((pairs - ties in one) (pairs - ties in the other)). Empty if all
     * completions are tied in one of them.
     */
    static OptionalDouble tauB(List<Integer> first, List<Integer> second) {
        long score = 0;
        long untiedFirst = 0;
        long untiedSecond = 0;
        for (int i = 0; i < first.size(); i++) {
            for (int j = i + 1; j < first.size(); j++) {
                int one = Integer.signum(first.get(i) - first.get(j));
                int two = Integer.signum(second.get(i) - second.get(j));
                score += (long) one * two;
                untiedFirst += Math.abs(one);
                untiedSecond += Math.abs(two);
            }
        }
        return untiedFirst == 0 || untiedSecond == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(score / Math.sqrt((double) untiedFirst * untiedSecond));
    }

    /**
     * Returns Kendall's W of the labelers of one task: 12 S / (m² (K³ - K) - m Σ(t³ - t)), where S is the sum of
     * squared deviations of the completions' rank sums from their mean, m the number of labelers, and t the sizes of
     * the groups of tied completions; ranks are mid-ranks. 1: all agree; 0: rank sums are equal. Empty for fewer than
     * two labelers, or if every labeler ties all completions.
     */
    static OptionalDouble w(Item item) {
        int m = item.ranks().size();
        int k = item.completions();
        if (m < 2) {
            return OptionalDouble.empty();
        }
        double[] sums = new double[k];
        double ties = 0;
        for (List<Integer> ranks : item.ranks().values()) {
            double[] mid = midRanks(ranks);
            for (int i = 0; i < k; i++) {
                sums[i] += mid[i];
            }
            Map<Integer, Long> groups =
                    ranks.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
            for (long size : groups.values()) {
                ties += (double) size * size * size - size;
            }
        }
        double mean = m * (k + 1) / 2.0;
        double squares = 0;
        for (double sum : sums) {
            squares += (sum - mean) * (sum - mean);
        }
        double most = (double) m * m * ((double) k * k * k - k) - m * ties;
        return most == 0 ? OptionalDouble.empty() : OptionalDouble.of(12 * squares / most);
    }

    /** Returns mid-ranks 1 … K: ties get the mean of the places they take. */
    static double[] midRanks(List<Integer> ranks) {
        double[] mid = new double[ranks.size()];
        for (int i = 0; i < mid.length; i++) {
            int own = ranks.get(i);
            long better = ranks.stream().filter(other -> other < own).count();
            long equal = ranks.stream().filter(other -> other == own).count();
            mid[i] = better + (equal + 1) / 2.0;
        }
        return mid;
    }
}

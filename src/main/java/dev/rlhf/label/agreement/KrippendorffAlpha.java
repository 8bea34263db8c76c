package dev.rlhf.label.agreement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Krippendorff's alpha for ordinal values with missing data (Krippendorff 2011, "Computing Krippendorff's
 * alpha-reliability"): 1 - observed / expected disagreement. 1 is perfect agreement, 0 is chance, below 0 is systematic
 * disagreement.
 *
 * <p>A unit is an item to which labelers give values: here a completion, whose values are its ranks. Units with one
 * value do not count.
 */
final class KrippendorffAlpha {
    private KrippendorffAlpha() {}

    /** Returns one unit per completion of every task: its ranks. */
    static List<List<Integer>> units(List<Item> items) {
        List<List<Integer>> units = new ArrayList<>();
        for (Item item : items) {
            for (int k = 0; k < item.completions(); k++) {
                int completion = k;
                units.add(item.ranks().values().stream()
                        .map(ranks -> ranks.get(completion))
                        .toList());
            }
        }
        return units;
    }

    /**
     * Returns alpha of the sums of {@link #coincidences}; NaN if there is nothing to compare, or only one value occurs.
     */
    static double of(double[][] coincidences) {
        double[] totals = new double[coincidences.length];
        double all = 0;
        for (int c = 0; c < totals.length; c++) {
            for (double count : coincidences[c]) {
                totals[c] += count;
            }
            all += totals[c];
        }
        double observed = 0;
        double expected = 0;
        for (int c = 0; c < totals.length; c++) {
            for (int k = c + 1; k < totals.length; k++) {
                double distance = distance(totals, c, k);
                observed += coincidences[c][k] * distance;
                expected += totals[c] * totals[k] * distance;
            }
        }
        return 1 - (all - 1) * observed / expected;
    }

    /**
     * Returns o[c][k]: the number of pairs of values (c, k) within units, each weighted by 1 / (values of the unit -
     * 1).
     *
     * @param places index of each value, in their order
     */
    static double[][] coincidences(List<List<Integer>> units, Map<Integer, Integer> places) {
        double[][] counts = new double[places.size()][places.size()];
        for (List<Integer> unit : units) {
            for (int i = 0; i < unit.size(); i++) {
                for (int j = 0; j < unit.size(); j++) {
                    if (i != j) {
                        counts[places.getOrDefault(unit.get(i), 0)][places.getOrDefault(unit.get(j), 0)] +=
                                1.0 / (unit.size() - 1);
                    }
                }
            }
        }
        return counts;
    }

    /** Returns the ordinal metric: (sum of the totals from c to k, the ends counting half)². */
    private static double distance(double[] totals, int c, int k) {
        double between = -(totals[c] + totals[k]) / 2;
        for (int g = c; g <= k; g++) {
            between += totals[g];
        }
        return between * between;
    }
}

package dev.rlhf.label.agreement;

import dev.rlhf.base.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A labeler's preference for places on the screen. Orders are shuffled, so the best completion is equally often in each
 * of the K places, and each place should be ranked first in 1/K of all tasks, whatever the quality of the completions.
 *
 * <p>The test is Pearson's: Σ (first - n/K)² / (n/K) over places, with K - 1 degrees of freedom, for n rankings of K
 * completions; statistics and degrees of freedom of rankings with different K are added. If n is below 5 K, the
 * approximation is too inaccurate (Cochran 1954), and those rankings do not count in the test.
 *
 * @param places in the order shown
 * @param rankings number of rankings with a single best completion; only these count
 * @param degrees degrees of freedom; 0 if there are too few rankings for a test
 * @param p probability that unbiased choices look at least as biased; NaN without a test
 */
public record PositionBias(List<Place> places, int rankings, double chiSquare, int degrees, double p) {
    private static final double Z = 1.959963984540054;
    private static final int FEWEST = 5;

    /** The bias of no rankings. */
    public static final PositionBias NONE = new PositionBias(List.of(), 0, 0, 0, Double.NaN);

    /**
     * One place of the screen.
     *
     * @param first how often the completion in this place was ranked first
     * @param rankings number of rankings of tasks that have this place
     * @param expected the number expected by chance
     * @param share first / rankings with its 95 % interval (Wilson 1927)
     */
    public record Place(int first, int rankings, double expected, Interval share) {}

    public PositionBias {
        places = List.copyOf(places);
    }

    /** @param shown one labeler's rankings, each in the order shown */
    public static PositionBias of(List<List<Integer>> shown) {
        TreeMap<Integer, int[]> firsts = new TreeMap<>();
        int rankings = 0;
        for (List<Integer> ranks : shown) {
            int first = ranks.indexOf(1);
            if (first == ranks.lastIndexOf(1)) {
                firsts.computeIfAbsent(ranks.size(), int[]::new)[first]++;
                rankings++;
            }
        }
        double chiSquare = 0;
        int degrees = 0;
        for (Map.Entry<Integer, int[]> group : firsts.entrySet()) {
            int size = group.getKey();
            int count = sum(group.getValue());
            if (count >= FEWEST * size) {
                double expected = (double) count / size;
                for (int first : group.getValue()) {
                    chiSquare += (first - expected) * (first - expected) / expected;
                }
                degrees += size - 1;
            }
        }
        return new PositionBias(
                places(firsts),
                rankings,
                chiSquare,
                degrees,
                degrees == 0 ? Double.NaN : ChiSquare.tail(chiSquare, degrees));
    }

    private static List<Place> places(TreeMap<Integer, int[]> firsts) {
        List<Place> places = new ArrayList<>();
        int most = firsts.isEmpty() ? 0 : firsts.lastKey();
        for (int place = 0; place < most; place++) {
            int first = 0;
            int rankings = 0;
            double expected = 0;
            for (Map.Entry<Integer, int[]> group : firsts.tailMap(place + 1).entrySet()) {
                int count = sum(group.getValue());
                first += group.getValue()[place];
                rankings += count;
                expected += (double) count / group.getKey();
            }
            places.add(new Place(first, rankings, expected, wilson(first, rankings)));
        }
        return places;
    }

    private static int sum(int[] counts) {
        int sum = 0;
        for (int count : counts) {
            sum += count;
        }
        return sum;
    }

    private static Interval wilson(int hits, int n) {
        double share = (double) hits / n;
        double scale = 1 + Z * Z / n;
        double middle = (share + Z * Z / (2 * n)) / scale;
        double half = Z * Math.sqrt(share * (1 - share) / n + Z * Z / (4.0 * n * n)) / scale;
        return new Interval(share, Math.max(0, middle - half), Math.min(1, middle + half), n);
    }
}

package dev.rlhf.label.agreement;

import java.util.ArrayList;
import java.util.List;

/**
 * Fleiss' kappa (Fleiss 1971) over pairs of completions, each of which a labeler puts into one of three classes: first
 * better, tied, second better. Kappa is (P - Pe) / (1 - Pe), where P is the mean share of pairs of labelers that agree
 * on a subject, and Pe the share expected by chance from the frequencies of the classes. Fleiss assumes the same number
 * of labelers for every subject; where it differs, frequencies are over all labels, and each subject counts once in P.
 */
final class FleissKappa {
    private static final int CLASSES = 3;

    private FleissKappa() {}

    /** Returns kappa; NaN if no two labelers ranked the same task, or only one class was used. */
    static double ofPairs(List<Item> items) {
        List<int[]> subjects = new ArrayList<>();
        for (Item item : items) {
            for (int i = 0; i < item.completions(); i++) {
                for (int j = i + 1; j < item.completions(); j++) {
                    int[] counts = new int[CLASSES];
                    for (List<Integer> ranks : item.ranks().values()) {
                        counts[1 + Integer.signum(ranks.get(i) - ranks.get(j))]++;
                    }
                    subjects.add(counts);
                }
            }
        }
        return of(subjects);
    }

    /**
     * @param subjects number of labelers per class, for each subject; subjects with fewer than two labels do not count
     */
    static double of(List<int[]> subjects) {
        double agreement = 0;
        double labels = 0;
        int counted = 0;
        double[] shares = new double[subjects.isEmpty() ? 0 : subjects.getFirst().length];
        for (int[] counts : subjects) {
            double n = 0;
            double squares = 0;
            for (int count : counts) {
                n += count;
                squares += (double) count * count;
            }
            if (n < 2) {
                continue;
            }
            for (int c = 0; c < counts.length; c++) {
                shares[c] += counts[c];
            }
            labels += n;
            agreement += (squares - n) / (n * (n - 1));
            counted++;
        }
        double chance = 0;
        for (double share : shares) {
            chance += (share / labels) * (share / labels);
        }
        return (agreement / counted - chance) / (1 - chance);
    }
}

package dev.rlhf.label.agreement;

import java.util.ArrayList;
import java.util.List;

/**
 * Fleiss' kappa (Fleiss 1971) over pairs of completions, each of which a labeler puts into one of three classes: first
 * better, tied, second better. Kappa is (P - Pe) / (1 - Pe), where P is the mean share of pairs of labelers that agree
 * on a subject, and Pe the share expected by chance from the frequencies of the classes. Fleiss assumes the same number
 * of labelers for every subject; if it differs, frequencies are over all labels, and each subject counts once in P.
 */
final class FleissKappa {
    static final int CLASSES = 3;

    private FleissKappa() {}

    /** Returns the number of labelers per class, for each pair of completions of each task. */
    static List<int[]> subjects(List<Item> items) {
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
        return subjects;
    }

    /** Returns the share of pairs of labelers that agree on a subject with two or more labels. */
    static double agreement(int[] counts) {
        double n = 0;
        double squares = 0;
        for (int count : counts) {
            n += count;
            squares += (double) count * count;
        }
        return (squares - n) / (n * (n - 1));
    }

    /**
     * Returns kappa; NaN if there are no labels, or only one class was used.
     *
     * @param labels number of labels per class
     * @param agreement mean agreement of the subjects
     */
    static double of(double[] labels, double agreement) {
        double all = 0;
        for (double count : labels) {
            all += count;
        }
        double chance = 0;
        for (double count : labels) {
            chance += (count / all) * (count / all);
        }
        return (agreement - chance) / (1 - chance);
    }
}

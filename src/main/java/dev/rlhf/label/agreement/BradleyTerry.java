package dev.rlhf.label.agreement;

import java.util.Arrays;
import java.util.List;

/**
 * Bradley-Terry scores (Bradley and Terry 1952) of one task's completions: log strengths s with P(i beats j) = σ(s_i -
 * s_j), the maximum of the likelihood of all labelers' pairs. A tie is half a win each way. Every pair starts with
 * {@value #PRIOR} of a tie, so that a completion that always won has a finite score; without it the maximum would be at
 * infinity.
 *
 * <p>Computed by the minorise-maximise steps of Hunter 2004 (equation 3) to 1e-10.
 */
final class BradleyTerry {
    static final double PRIOR = 0.1;
    private static final int MOST_STEPS = 10_000;

    private BradleyTerry() {}

    /**
     * Returns the scores.
     *
     * @param rankings one or more, of the same K completions
     * @return [K], higher is better, mean 0
     */
    static double[] scores(List<List<Integer>> rankings) {
        int k = rankings.getFirst().size();
        double[][] wins = new double[k][k];
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                if (i != j) {
                    wins[i][j] = PRIOR / 2;
                    for (List<Integer> ranks : rankings) {
                        int order = Integer.compare(ranks.get(i), ranks.get(j));
                        wins[i][j] += order < 0 ? 1 : order == 0 ? 0.5 : 0;
                    }
                }
            }
        }
        double[] scores = new double[k];
        double moved = 1;
        for (int step = 0; step < MOST_STEPS && moved > 1e-10; step++) {
            double[] next = step(wins, scores);
            moved = 0;
            for (int i = 0; i < k; i++) {
                moved = Math.max(moved, Math.abs(next[i] - scores[i]));
            }
            scores = next;
        }
        return scores;
    }

    private static double[] step(double[][] wins, double[] scores) {
        int k = scores.length;
        double[] next = new double[k];
        double mean = 0;
        for (int i = 0; i < k; i++) {
            double won = 0;
            double weight = 0;
            for (int j = 0; j < k; j++) {
                if (i != j) {
                    won += wins[i][j];
                    weight += (wins[i][j] + wins[j][i]) / (Math.exp(scores[i]) + Math.exp(scores[j]));
                }
            }
            next[i] = Math.log(won / weight);
            mean += next[i] / k;
        }
        for (int i = 0; i < k; i++) {
            next[i] -= mean;
        }
        return next;
    }

    /** Returns competition ranks [K] of scores, highest first; scores closer than 1e-6 are tied. */
    static List<Integer> order(double[] scores) {
        return Arrays.stream(scores)
                .mapToObj(own -> 1
                        + (int) Arrays.stream(scores)
                                .filter(other -> other > own + 1e-6)
                                .count())
                .toList();
    }
}

package dev.rlhf.stage;

import dev.rlhf.label.Completion;
import dev.rlhf.refusal.SimulatedRanking;
import dev.rlhf.refusal.SimulatedRanking.Graded;
import java.util.List;

/**
 * How often a reward model puts two completions of a prompt in the right order. Pairs the order calls equal are left out; equal
 * rewards are wrong. Counts add up over prompts; not thread-safe.
 */
final class EvalRewardAccuracy {
    private long pairs;
    private long right;
    private long verdictPairs;
    private long verdictRight;

    /** Completions of one prompt, to be ordered by the error-free rule of the simulated labelers. */
    void addByRule(List<Graded> completions, double[] rewards) {
        List<Integer> ranks = SimulatedRanking.errorFree(completions);
        for (int a = 0; a < rewards.length; a++) {
            for (int b = 0; b < rewards.length; b++) {
                if (ranks.get(a) < ranks.get(b)) {
                    add(
                            rewards[a] > rewards[b],
                            completions.get(a).verdict() != completions.get(b).verdict());
                }
            }
        }
    }

    /**
     * Counts the pairs of one prompt's completions in an order somebody gave: 1 is best, equals share. Equal completions ranked apart
     * are no pair, because no reward model can tell them apart.
     */
    void addByRanks(List<Completion> completions, List<Integer> ranks, double[] rewards) {
        for (int a = 0; a < rewards.length; a++) {
            for (int b = 0; b < rewards.length; b++) {
                if (ranks.get(a) < ranks.get(b) && !same(completions.get(a), completions.get(b))) {
                    add(rewards[a] > rewards[b], false);
                }
            }
        }
    }

    private static boolean same(Completion a, Completion b) {
        return a.text().equals(b.text()) && a.ended() == b.ended();
    }

    private void add(boolean ordered, boolean differInVerdict) {
        pairs++;
        right += ordered ? 1 : 0;
        verdictPairs += differInVerdict ? 1 : 0;
        verdictRight += differInVerdict && ordered ? 1 : 0;
    }

    long pairs() {
        return pairs;
    }

    /** Of all pairs; NaN of none. */
    double accuracy() {
        return (double) right / pairs;
    }

    /** Of pairs whose verdicts differ (right, refused, wrong), so that brevity does not decide; NaN of none. */
    double verdictAccuracy() {
        return (double) verdictRight / verdictPairs;
    }
}

package dev.rlhf.stages.eval;

import dev.rlhf.base.Bootstrap;
import dev.rlhf.base.Interval;
import dev.rlhf.label.Completion;
import dev.rlhf.refusal.SimulatedRanking;
import dev.rlhf.refusal.SimulatedRanking.Graded;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Share of pairs of completions that a reward model orders correctly. Pairs that are equal in the given order are left
 * out; equal rewards count as wrong. Accumulates over prompts; not thread-safe.
 */
final class EvalRewardAccuracy {
    /** Counts of one prompt. A verdict pair is a pair with different verdicts. */
    private record Pairs(long all, long right, long verdictAll, long verdictRight) {}

    private final List<Pairs> prompts = new ArrayList<>();

    /** Adds the pairs of one prompt, ordered by the error-free rule of the simulated labelers. */
    void addByRule(List<Graded> completions, double[] rewards) {
        List<Integer> ranks = SimulatedRanking.errorFree(completions);
        Pairs pairs = new Pairs(0, 0, 0, 0);
        for (int a = 0; a < rewards.length; a++) {
            for (int b = 0; b < rewards.length; b++) {
                if (ranks.get(a) < ranks.get(b)) {
                    pairs = plus(
                            pairs,
                            rewards[a] > rewards[b],
                            completions.get(a).verdict() != completions.get(b).verdict());
                }
            }
        }
        prompts.add(pairs);
    }

    /**
     * Adds the pairs of one prompt, ordered by each labeler: rank 1 is best, ties share a rank. Identical completions
     * with different ranks are skipped, because no reward model can tell them apart.
     */
    void addByRanks(List<Completion> completions, List<List<Integer>> rankings, double[] rewards) {
        Pairs pairs = new Pairs(0, 0, 0, 0);
        for (List<Integer> ranks : rankings) {
            for (int a = 0; a < rewards.length; a++) {
                for (int b = 0; b < rewards.length; b++) {
                    if (ranks.get(a) < ranks.get(b) && !same(completions.get(a), completions.get(b))) {
                        pairs = plus(pairs, rewards[a] > rewards[b], false);
                    }
                }
            }
        }
        prompts.add(pairs);
    }

    private static boolean same(Completion a, Completion b) {
        return a.text().equals(b.text()) && a.ended() == b.ended();
    }

    private static Pairs plus(Pairs pairs, boolean ordered, boolean differInVerdict) {
        return new Pairs(
                pairs.all + 1,
                pairs.right + (ordered ? 1 : 0),
                pairs.verdictAll + (differInVerdict ? 1 : 0),
                pairs.verdictRight + (differInVerdict && ordered ? 1 : 0));
    }

    /** Accuracy over all pairs, with an interval over prompts; n is the number of pairs. */
    Interval accuracy() {
        return share(prompts, Pairs::right, Pairs::all);
    }

    /** Accuracy over pairs with different verdicts (correct, refusal, wrong), which brevity does not decide. */
    Interval verdictAccuracy() {
        return share(prompts, Pairs::verdictRight, Pairs::verdictAll);
    }

    private static Interval share(List<Pairs> prompts, ToLongFunction<Pairs> right, ToLongFunction<Pairs> all) {
        return Bootstrap.of(prompts, some -> (double) sum(some, right) / sum(some, all))
                .withN(sum(prompts, all));
    }

    private static long sum(List<Pairs> prompts, ToLongFunction<Pairs> count) {
        return prompts.stream().mapToLong(count).sum();
    }
}

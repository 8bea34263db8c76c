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
    /**
     * Counts of one prompt. A verdict pair is a pair with different verdicts.
     *
     * @param shorter twice the number of pairs whose better completion has fewer words; once if both have as many
     */
    private record Pairs(long all, long right, long shorter, long verdictAll, long verdictRight, long verdictShorter) {
        static final Pairs NONE = new Pairs(0, 0, 0, 0, 0, 0);

        Pairs plus(boolean ordered, int shorterTwice, boolean differInVerdict) {
            return new Pairs(
                    all + 1,
                    right + (ordered ? 1 : 0),
                    shorter + shorterTwice,
                    verdictAll + (differInVerdict ? 1 : 0),
                    verdictRight + (differInVerdict && ordered ? 1 : 0),
                    verdictShorter + (differInVerdict ? shorterTwice : 0));
        }
    }

    private final List<Pairs> prompts = new ArrayList<>();

    /** Adds the pairs of one prompt, ordered by the error-free rule of the simulated labelers. */
    void addByRule(List<Graded> completions, double[] rewards) {
        List<Integer> ranks = SimulatedRanking.errorFree(completions);
        Pairs pairs = Pairs.NONE;
        for (int a = 0; a < rewards.length; a++) {
            for (int b = 0; b < rewards.length; b++) {
                if (ranks.get(a) < ranks.get(b)) {
                    pairs = pairs.plus(
                            rewards[a] > rewards[b],
                            shorterTwice(
                                    completions.get(a).text(),
                                    completions.get(b).text()),
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
        Pairs pairs = Pairs.NONE;
        for (List<Integer> ranks : rankings) {
            for (int a = 0; a < rewards.length; a++) {
                for (int b = 0; b < rewards.length; b++) {
                    if (ranks.get(a) < ranks.get(b) && !same(completions.get(a), completions.get(b))) {
                        pairs = pairs.plus(
                                rewards[a] > rewards[b],
                                shorterTwice(
                                        completions.get(a).text(),
                                        completions.get(b).text()),
                                false);
                    }
                }
            }
        }
        prompts.add(pairs);
    }

    private static boolean same(Completion a, Completion b) {
        return a.text().equals(b.text()) && a.ended() == b.ended();
    }

    /** Returns 2 if the better text has fewer words, 1 if both have as many, otherwise 0. */
    private static int shorterTwice(String better, String worse) {
        return 1 - Integer.signum(words(better) - words(worse));
    }

    private static int words(String text) {
        return text.isBlank() ? 0 : text.strip().split("\\s+", -1).length;
    }

    /** Accuracy over all pairs, with an interval over prompts; n is the number of pairs. */
    Interval accuracy() {
        return share(prompts, Pairs::right, Pairs::all);
    }

    /** Accuracy over pairs with different verdicts (correct, refusal, wrong), which brevity does not decide. */
    Interval verdictAccuracy() {
        return share(prompts, Pairs::verdictRight, Pairs::verdictAll);
    }

    /** Share of all pairs whose better completion has fewer words: the accuracy of preferring short texts. */
    Interval shorter() {
        return share(prompts, Pairs::shorter, pairs -> 2 * pairs.all()).withN(sum(prompts, Pairs::all));
    }

    /** The same share of the pairs with different verdicts. */
    Interval verdictShorter() {
        return share(prompts, Pairs::verdictShorter, pairs -> 2 * pairs.verdictAll())
                .withN(sum(prompts, Pairs::verdictAll));
    }

    private static Interval share(List<Pairs> prompts, ToLongFunction<Pairs> right, ToLongFunction<Pairs> all) {
        return Bootstrap.of(prompts, some -> (double) sum(some, right) / sum(some, all))
                .withN(sum(prompts, all));
    }

    private static long sum(List<Pairs> prompts, ToLongFunction<Pairs> count) {
        return prompts.stream().mapToLong(count).sum();
    }
}

package dev.rlhf.rl;

import java.util.ArrayList;
import java.util.List;

/**
 * Which completion beat which, out of rankings: every pair of one ranking with different ranks, the better one first. A pair
 * weighs 1 / (pairs of its prompt), so that a prompt ranked by three labelers counts no more than one ranked by one, and K
 * completions no more than two (Ouyang 2022, section 3.5 and equation 1). Ties give no pair.
 *
 * <p>Example: completions in rows 4, 5, 6 ranked [1, 2, 2]: pairs (4, 5) and (4, 6), each of weight ½.
 *
 * @param winners [P] row of the better completion
 * @param losers [P] row of the worse one
 * @param weights [P] 1 / (pairs of its prompt)
 * @param prompts prompts that have a pair
 */
@SuppressWarnings("ArrayRecordComponent") // a batch, compared by nobody
public record RankedPairs(long[] winners, long[] losers, float[] weights, int prompts) {
    /**
     * The completions of one prompt and how they were ranked.
     *
     * @param rows where each completion's reward stands in the batch, [K]
     * @param rankings one array of ranks a labeler, [K] each, in the order of {@code rows}; 1 is best, equal is tied
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Prompt(int[] rows, List<int[]> rankings) {
        public Prompt {
            for (int[] ranks : rankings) {
                if (ranks.length != rows.length) {
                    throw new IllegalArgumentException(ranks.length + " ranks for " + rows.length + " completions");
                }
            }
            rankings = List.copyOf(rankings);
        }

        private List<int[]> pairs() {
            List<int[]> pairs = new ArrayList<>();
            for (int[] ranks : rankings) {
                for (int i = 0; i < ranks.length; i++) {
                    for (int j = 0; j < ranks.length; j++) {
                        if (ranks[i] < ranks[j]) {
                            pairs.add(new int[] {rows[i], rows[j]});
                        }
                    }
                }
            }
            return pairs;
        }
    }

    /** All pairs of the prompts of one batch; labelers who disagree give a pair each way. */
    public static RankedPairs of(List<Prompt> prompts) {
        List<int[]> pairs = new ArrayList<>();
        List<Float> weights = new ArrayList<>();
        int withPair = 0;
        for (Prompt prompt : prompts) {
            List<int[]> own = prompt.pairs();
            for (int[] pair : own) {
                pairs.add(pair);
                weights.add(1f / own.size());
            }
            withPair += own.isEmpty() ? 0 : 1;
        }
        long[] winners = new long[pairs.size()];
        long[] losers = new long[pairs.size()];
        float[] each = new float[pairs.size()];
        for (int p = 0; p < winners.length; p++) {
            winners[p] = pairs.get(p)[0];
            losers[p] = pairs.get(p)[1];
            each[p] = weights.get(p);
        }
        return new RankedPairs(winners, losers, each, withPair);
    }

    /** How many pairs. */
    public int size() {
        return winners.length;
    }
}

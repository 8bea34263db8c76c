package dev.rlhf.rl;

import java.util.ArrayList;
import java.util.List;

/**
 * The pairs in rankings: every two completions with different ranks, the better one first. A pair has weight 1 / (pairs
 * of its prompt), so that a prompt ranked by three labelers counts no more than one ranked by one, and K completions no
 * more than two (Ouyang 2022, section 3.5 and equation 1). Ties give no pair, nor does a completion against itself.
 *
 * <p>Example: completions in rows 4, 5, 6 ranked [1, 2, 2]: pairs (4, 5) and (4, 6), each of weight ½.
 *
 * @param winners [P] row of the better completion
 * @param losers [P] row of the worse one
 * @param margins [P] margin that the better one should win by, in units of reward; 0: none
 * @param weights [P] 1 / (pairs of its prompt)
 * @param prompts prompts with a pair
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RankedPairs(long[] winners, long[] losers, float[] margins, float[] weights, int prompts) {
    /**
     * One ranking of completions.
     *
     * @param rows row of each completion's reward, [K]; equal rows are the same completion
     * @param ranks [K]; 1 is best, equal ranks are ties
     * @param margin margin that the better one of a pair should win by, in units of reward; 0: none
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Order(int[] rows, int[] ranks, float margin) {
        /** @throws IllegalArgumentException if the lengths differ */
        public Order {
            if (ranks.length != rows.length) {
                throw new IllegalArgumentException(ranks.length + " ranks for " + rows.length + " completions");
            }
        }

        /** Returns an order without a margin. */
        public Order(int[] rows, int[] ranks) {
            this(rows, ranks, 0);
        }

        /** Returns the same order with {@code offset} added to every row. */
        public Order moved(int offset) {
            int[] moved = rows.clone();
            for (int i = 0; i < moved.length; i++) {
                moved[i] += offset;
            }
            return new Order(moved, ranks, margin);
        }

        /** Counts the pairs of different ranks given to the same completion. */
        public int contradictions() {
            int count = 0;
            for (int i = 0; i < ranks.length; i++) {
                for (int j = 0; j < ranks.length; j++) {
                    count += ranks[i] < ranks[j] && rows[i] == rows[j] ? 1 : 0;
                }
            }
            return count;
        }

        /** Returns every pair as {winner, loser}. */
        List<int[]> pairs() {
            List<int[]> pairs = new ArrayList<>();
            for (int i = 0; i < ranks.length; i++) {
                for (int j = 0; j < ranks.length; j++) {
                    if (ranks[i] < ranks[j] && rows[i] != rows[j]) {
                        pairs.add(new int[] {rows[i], rows[j]});
                    }
                }
            }
            return pairs;
        }

        /** Returns whether it ranks one completion above another. */
        public boolean hasPair() {
            return !pairs().isEmpty();
        }
    }

    /**
     * Returns all pairs of the prompts of a batch; labelers who disagree give a pair in each direction.
     *
     * @param prompts all rankings of each prompt
     */
    public static RankedPairs of(List<List<Order>> prompts) {
        List<int[]> pairs = new ArrayList<>();
        List<Float> margins = new ArrayList<>();
        List<Float> weights = new ArrayList<>();
        int withPair = 0;
        for (List<Order> orders : prompts) {
            int before = pairs.size();
            for (Order order : orders) {
                for (int[] pair : order.pairs()) {
                    pairs.add(pair);
                    margins.add(order.margin());
                }
            }
            int own = pairs.size() - before;
            for (int i = 0; i < own; i++) {
                weights.add(1f / own);
            }
            withPair += own == 0 ? 0 : 1;
        }
        int n = pairs.size();
        RankedPairs all = new RankedPairs(new long[n], new long[n], new float[n], new float[n], withPair);
        for (int p = 0; p < n; p++) {
            all.winners[p] = pairs.get(p)[0];
            all.losers[p] = pairs.get(p)[1];
            all.margins[p] = margins.get(p);
            all.weights[p] = weights.get(p);
        }
        return all;
    }

    /** Returns the number of pairs. */
    public int size() {
        return winners.length;
    }
}

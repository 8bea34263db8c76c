package dev.rlhf.rl;

/**
 * {@code reward_position}: the slot of a response that carries its score, the last of the slots that carry rewards and
 * values.
 */
public enum RewardPosition {
    /** The last response token: the end token, or the last one before the limit (Ouyang 2022). */
    EOS {
        @Override
        public int rewardLength(int length, int limit) {
            return length;
        }
    },
    /**
     * The slot after it, a state in which nothing is chosen: TRL 0.24's {@code sequence_lengths_p1}, whose rows are
     * {@code response_length} wide. A response that fills its row has no such slot; its last token carries the score.
     */
    AFTER_EOS {
        @Override
        public int rewardLength(int length, int limit) {
            return Math.min(length + 1, limit);
        }
    };

    /**
     * Returns the number of slots of one row that carry a reward and a value.
     *
     * @param length response tokens, the end token included, at most {@code limit}
     * @param limit most tokens of any response, {@code response_length}; not the longest of the batch
     */
    public abstract int rewardLength(int length, int limit);

    /**
     * Returns the same of every row, [B]. GAE, reward whitening and the value loss run over these slots, everything
     * else over {@code lengths}.
     */
    public int[] rewardLengths(int[] lengths, int limit) {
        int[] result = new int[lengths.length];
        for (int b = 0; b < lengths.length; b++) {
            if (lengths[b] > limit) {
                throw new IllegalArgumentException(
                        "row " + b + ": length " + lengths[b] + " exceeds the limit " + limit);
            }
            result[b] = rewardLength(lengths[b], limit);
        }
        return result;
    }
}

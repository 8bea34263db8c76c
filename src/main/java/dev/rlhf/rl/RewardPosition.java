package dev.rlhf.rl;

/** {@code reward_position}: which token of a response of {@code length} tokens, in rows {@code width} wide, gets the score. */
public enum RewardPosition {
    /** The last response token: the end token, or the last one before the limit. */
    EOS {
        @Override
        public int index(int length, int width) {
            return length - 1;
        }
    },
    /** The slot after it, as TRL does; the last column where the response fills the row. */
    AFTER_EOS {
        @Override
        public int index(int length, int width) {
            return Math.min(length, width - 1);
        }
    };

    /** Column of the score. */
    public abstract int index(int length, int width);

    /** Lengths of the rows that carry rewards: up to and with the score's column. GAE and reward whitening run over these. */
    public int[] rewardLengths(int[] lengths, int width) {
        int[] result = new int[lengths.length];
        for (int b = 0; b < lengths.length; b++) {
            result[b] = index(lengths[b], width) + 1;
        }
        return result;
    }
}

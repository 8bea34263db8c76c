package dev.rlhf.data;

import dev.rlhf.base.CounterRng;

/**
 * Random orders that depend on nothing but their arguments: Fisher–Yates shuffles whose draws are {@link CounterRng} of
 * (seed, stream, position).
 */
public final class Shuffle {
    /** A salt, so that orders are independent of other draws with the same seed. */
    private static final long SALT = 0x5348_5546_464c_45L;

    private Shuffle() {}

    /** Returns the numbers 0 to n−1 in the {@code stream}-th order of {@code seed}. */
    public static int[] permutation(int n, long seed, long stream) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            // Inside-out: i goes to a random index up to i, and the number that was there moves to index i.
            int j = (int) (CounterRng.uniform(seed, SALT, stream, i) * (i + 1));
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}

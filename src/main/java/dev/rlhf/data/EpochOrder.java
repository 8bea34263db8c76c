package dev.rlhf.data;

import java.util.stream.IntStream;

/**
 * Which rows an epoch visits, and in what order. A pure function of the epoch's number, so that a resumed run goes on where it
 * stopped without replaying anything.
 */
public interface EpochOrder {
    /** Rows an epoch visits, the same in every epoch. */
    int size();

    /** The rows of epoch 0, 1, 2 …: {@link #size} indexes into the data. */
    int[] order(long epoch);

    /** Every row once, in the order of the file. */
    static EpochOrder sequential(int rows) {
        return new EpochOrder() {
            @Override
            public int size() {
                return rows;
            }

            @Override
            public int[] order(long epoch) {
                return IntStream.range(0, rows).toArray();
            }
        };
    }

    /** Every row once, in another random order each epoch. */
    static EpochOrder shuffled(int rows, long seed) {
        return new EpochOrder() {
            @Override
            public int size() {
                return rows;
            }

            @Override
            public int[] order(long epoch) {
                return Shuffle.permutation(rows, seed, epoch);
            }
        };
    }
}

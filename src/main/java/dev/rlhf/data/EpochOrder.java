package dev.rlhf.data;

import java.util.function.LongFunction;
import java.util.stream.IntStream;

/**
 * Which rows an epoch visits, and in which order. A pure function of the epoch's number, so a resumed run continues
 * without replaying earlier epochs.
 */
public interface EpochOrder {
    /** Returns the number of rows per epoch. */
    int size();

    /** Returns the rows of epoch 0, 1, 2 …: {@link #size} indices into the data. */
    int[] order(long epoch);

    /** Returns an order that visits every row once, in the order of the file. */
    static EpochOrder sequential(int rows) {
        return of(rows, _ -> IntStream.range(0, rows).toArray());
    }

    /** Returns an order that visits every row once, in a new random order each epoch. */
    static EpochOrder shuffled(int rows, long seed) {
        return of(rows, epoch -> Shuffle.permutation(rows, seed, epoch));
    }

    private static EpochOrder of(int rows, LongFunction<int[]> order) {
        return new EpochOrder() {
            @Override
            public int size() {
                return rows;
            }

            @Override
            public int[] order(long epoch) {
                return order.apply(epoch);
            }
        };
    }
}

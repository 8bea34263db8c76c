package dev.rlhf.data;

import java.util.Arrays;

/**
 * Selects the rows of batch 0, 1, 2 … of a training run. Batches do not span epochs; the last batch of an epoch may be
 * smaller. A batch is a function of its number, so resuming needs only the training step.
 *
 * <p>Keeps the order of one epoch; not thread-safe.
 */
public final class BatchSampler {
    private final EpochOrder order;
    private final int batchSize;
    private long epoch = -1;
    private int[] current = {};

    /** @throws IllegalArgumentException if there are no rows or the batch size is below 1 */
    public BatchSampler(EpochOrder order, int batchSize) {
        if (order.size() < 1 || batchSize < 1) {
            throw new IllegalArgumentException("%d rows in batches of %d".formatted(order.size(), batchSize));
        }
        this.order = order;
        this.batchSize = batchSize;
    }

    public int batchesPerEpoch() {
        return (order.size() - 1) / batchSize + 1;
    }

    /** Returns the epoch of batch {@code number}, from 0. */
    public long epochOf(long number) {
        return number / batchesPerEpoch();
    }

    /** Returns the rows of batch {@code number}, from 0. */
    public int[] batch(long number) {
        if (epochOf(number) != epoch) {
            epoch = epochOf(number);
            current = order.order(epoch);
        }
        int begin = (int) (number % batchesPerEpoch()) * batchSize;
        return Arrays.copyOfRange(current, begin, Math.min(begin + batchSize, current.length));
    }
}

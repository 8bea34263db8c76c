package dev.rlhf.data;

import java.util.Arrays;

/**
 * Which rows batch 0, 1, 2 … of a training run holds. Batches do not span epochs; an epoch's last may be smaller. A batch is a
 * function of its number, so the training step is all there is to save and resume.
 *
 * <p>Keeps the order of one epoch; not thread-safe.
 */
public final class BatchSampler {
    private final EpochOrder order;
    private final int batchSize;
    private long epoch = -1;
    private int[] current = {};

    /** @throws IllegalArgumentException if there is no row or no place in a batch */
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

    /** The epoch that batch {@code number} belongs to, from 0. */
    public long epochOf(long number) {
        return number / batchesPerEpoch();
    }

    /** The rows of batch {@code number}, from 0. */
    public int[] batch(long number) {
        if (epochOf(number) != epoch) {
            epoch = epochOf(number);
            current = order.order(epoch);
        }
        int begin = (int) (number % batchesPerEpoch()) * batchSize;
        return Arrays.copyOfRange(current, begin, Math.min(begin + batchSize, current.length));
    }
}

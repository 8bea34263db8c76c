package dev.rlhf.model;

import ai.djl.ndarray.NDList;

/**
 * The cross-entropy of a batch, as sums over its labels.
 *
 * @param loss sum of -log p, nats
 * @param correct number of labels that are the most likely token; 0 if not computed
 * @param entropy sum of the entropies of the predicted distributions, nats; 0 if not computed
 */
public record CrossEntropy(double loss, double correct, double entropy) {
    /** No labels; the identity of {@link #plus}. */
    public static final CrossEntropy NONE = new CrossEntropy(0, 0, 0);

    /** Reads the results of the kernel {@code cross_entropy_sum}. */
    static CrossEntropy read(NDList sums) {
        float[] metrics = sums.get(1).toFloatArray();
        return new CrossEntropy(sums.get(0).getFloat(), metrics[0], metrics[1]);
    }

    /** Returns the sum of both. */
    public CrossEntropy plus(CrossEntropy other) {
        return new CrossEntropy(loss + other.loss, correct + other.correct, entropy + other.entropy);
    }
}

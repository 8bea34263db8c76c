package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * The body of a model, from token ids to hidden states. Its tensors belong to the {@link Parameters} it was made with.
 */
interface Decoder {
    /**
     * Returns the hidden states after the last norm, [B, T, D] in the compute dtype.
     *
     * @param dropout whether to apply the config's dropout (supervised training only)
     */
    default NDArray forward(Input input, boolean dropout) {
        return forward(input, dropout, List.of());
    }

    /**
     * Returns the hidden states of some positions only. No layer after the last attention looks at other positions, so
     * the remaining work is done for these alone, which saves a tenth of the total in a model of six layers.
     *
     * @param only empty: all positions; or one int64 [N] of indices into the flattened [B * T] positions, and then the
     *     result is [N, 1, D]
     */
    NDArray forward(Input input, boolean dropout, List<NDArray> only);

    /** Returns the weights as the decoder's kernel takes them. */
    BodyWeights weights();
}

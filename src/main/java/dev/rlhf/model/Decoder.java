package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** The body of a model: token ids to hidden states. Its parameters belong to the {@link Parameters} it was made with. */
interface Decoder {
    /**
     * Hidden states after the last norm, [B, T, D] in the compute dtype.
     *
     * @param dropout apply the config's dropout (supervised training only)
     */
    default NDArray forward(Input input, boolean dropout) {
        return forward(input, dropout, List.of());
    }

    /**
     * The same of some positions alone. After the last attention nothing looks at other positions any more, so that the rest of the
     * work is done for these only: with a layer in six, a tenth of it all.
     *
     * @param only none: all of them; or one int64 [N] of places in the flattened [B * T] positions, and then the result is [N, 1, D]
     */
    NDArray forward(Input input, boolean dropout, List<NDArray> only);

    BodyWeights weights();

    /** The family's decoder for a config. */
    static Decoder of(ModelConfig config, Parameters parameters) {
        return switch (config) {
            case Gpt2Config gpt2 -> new Gpt2Decoder(gpt2, parameters);
            case NeoxConfig neox -> new NeoxDecoder(neox, parameters);
            case RotaryConfig rotary -> new RotaryDecoder(rotary, parameters);
        };
    }
}

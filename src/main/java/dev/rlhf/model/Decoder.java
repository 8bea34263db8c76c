package dev.rlhf.model;

import ai.djl.ndarray.NDArray;

/** The body of a model: token ids to hidden states. Its parameters belong to the {@link Parameters} it was made with. */
interface Decoder {
    /**
     * Hidden states after the last norm, [B, T, D] in the compute dtype.
     *
     * @param dropout apply the config's dropout (supervised training only)
     */
    NDArray forward(Input input, boolean dropout);

    /** The family's decoder for a config. */
    static Decoder of(ModelConfig config, Parameters parameters) {
        return switch (config) {
            case Gpt2Config gpt2 -> new Gpt2Decoder(gpt2, parameters);
            case NeoxConfig neox -> new NeoxDecoder(neox, parameters);
            case RotaryConfig rotary -> new RotaryDecoder(rotary, parameters);
        };
    }
}

package dev.rlhf.model.lora;

/**
 * A linear layer that can have an adapter.
 *
 * @param name its name in Hugging Face's checkpoints, without {@code .weight}
 * @param transposed whether its weight is stored as [in, out] (GPT-2's Conv1D; PEFT's {@code fan_in_fan_out})
 */
public record LinearModule(String name, long in, long out, boolean transposed) {
    /** Returns the last part of the name: {@code c_attn} for {@code transformer.h.0.attn.c_attn}. */
    String shortName() {
        return name.substring(name.lastIndexOf('.') + 1);
    }
}

package dev.rlhf.model;

import java.util.List;

/**
 * A linear layer that an adapter can go onto.
 *
 * @param name HF's, without {@code .weight}
 * @param transposed its weight is stored [in, out] (GPT-2's Conv1D; PEFT's {@code fan_in_fan_out})
 */
record LinearModule(String name, long in, long out, boolean transposed) {
    private static final String WEIGHT = ".weight";

    /** Those of the body: its matrices, but for tables that are looked up. The head is not among them. */
    static List<LinearModule> of(ModelConfig config) {
        return config.bodyParameters().stream()
                .filter(spec -> spec.shape().length == 2 && spec.name().endsWith(WEIGHT))
                .filter(spec -> !config.tables().contains(spec.name()))
                .map(spec -> of(config, spec))
                .toList();
    }

    private static LinearModule of(ModelConfig config, ParameterSpec spec) {
        String name = spec.name().substring(0, spec.name().length() - WEIGHT.length());
        boolean transposed = config.storesTransposed();
        long in = spec.shape()[transposed ? 0 : 1];
        long out = spec.shape()[transposed ? 1 : 0];
        return new LinearModule(name, in, out, transposed);
    }

    String weight() {
        return name + WEIGHT;
    }

    /** {@code c_attn} of {@code transformer.h.0.attn.c_attn}. */
    String shortName() {
        return name.substring(name.lastIndexOf('.') + 1);
    }
}

package dev.rlhf.model;

import java.util.Set;

/** Activation functions, in the order of the kernel {@code activate}. */
enum Activation {
    SILU("silu", "swish"),
    /** x Φ(x). */
    GELU("gelu", "gelu_python"),
    /** Its approximation by tanh, under the names of implementations that differ in rounding alone. */
    GELU_TANH("gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate");

    private final Set<String> names;

    Activation(String... names) {
        this.names = Set.of(names);
    }

    /** The activation that a config's key names. */
    static Activation read(ConfigReader in, String key, String otherwise) {
        String name = in.text(key, otherwise);
        for (Activation activation : values()) {
            if (activation.names.contains(name)) {
                return activation;
            }
        }
        throw in.error(key + ": " + name + " is not supported (only the variants of gelu and silu)");
    }
}

package dev.rlhf.model;

/** Activation functions, by the number that the kernel {@code activate} knows them by. */
enum Activation {
    SILU(0),
    /** x Φ(x). */
    GELU(1),
    /** Its approximation by tanh. */
    GELU_TANH(2);

    private final int number;

    Activation(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** The activation that a config's key names. Some names stand for implementations that differ in rounding alone. */
    static Activation read(ConfigReader in, String key, String otherwise) {
        String name = in.text(key, otherwise);
        return switch (name) {
            case "silu", "swish" -> SILU;
            case "gelu", "gelu_python" -> GELU;
            case "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate" -> GELU_TANH;
            default -> throw in.error(key + ": " + name + " is not supported (only the variants of gelu and silu)");
        };
    }
}

package dev.rlhf.model;

/** An activation function, with its number in the kernel {@code activate}. */
enum Activation {
    SILU(0),
    /** x Φ(x). */
    GELU(1),
    /** The approximation of GELU by tanh. */
    GELU_TANH(2);

    private final int number;

    Activation(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** Reads the activation from a config. Some names are implementations that differ in rounding only. */
    static Activation read(ConfigReader in, String key, String defaultValue) {
        String name = in.text(key, defaultValue);
        return switch (name) {
            case "silu", "swish" -> SILU;
            case "gelu", "gelu_python" -> GELU;
            case "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate" -> GELU_TANH;
            default -> throw in.error(key + ": " + name + " is not supported (only the variants of gelu and silu)");
        };
    }
}

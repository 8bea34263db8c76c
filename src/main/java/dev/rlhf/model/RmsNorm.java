package dev.rlhf.model;

/**
 * When an RMSNorm multiplies by its weight, which affects rounding; with the numbers that the kernel {@code norm}
 * takes.
 */
enum RmsNorm {
    /** After the cast back to the compute dtype (Llama). */
    AFTER_CAST(0),
    /** Before the cast (OLMo 2). */
    BEFORE_CAST(1),
    /** Before the cast, by 1 + weight (Gemma). */
    ONE_PLUS_WEIGHT(2);

    private final int number;

    RmsNorm(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}

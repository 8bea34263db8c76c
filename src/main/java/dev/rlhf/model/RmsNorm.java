package dev.rlhf.model;

/** The point at which an RMSNorm multiplies by its weight, with its number in the kernel {@code norm}. */
enum RmsNorm {
    /** After the cast back to the compute dtype: Llama. */
    NARROW(0),
    /** Before the cast: OLMo 2. */
    WIDE(1),
    /** Before the cast, by 1 + weight: Gemma. */
    FROM_ONE(2);

    private final int number;

    RmsNorm(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}

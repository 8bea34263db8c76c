package dev.rlhf.model;

/** Where an RMSNorm multiplies its weight, by the number that the kernel {@code norm} knows it by. */
enum RmsNorm {
    /** After the cast back to the compute dtype: Llama. */
    NARROW(0),
    /** Before it: OLMo 2. */
    WIDE(1),
    /** Before it, and the weight counts from 1: Gemma. */
    FROM_ONE(2);

    private final int number;

    RmsNorm(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}

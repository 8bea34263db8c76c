package dev.rlhf.model;

/** Where an RMSNorm multiplies its weight, in the order of the kernel {@code norm}. */
enum RmsNorm {
    /** After the cast back to the compute dtype: Llama. */
    NARROW,
    /** Before it: OLMo 2. */
    WIDE,
    /** Before it, and the weight counts from 1: Gemma. */
    FROM_ONE
}

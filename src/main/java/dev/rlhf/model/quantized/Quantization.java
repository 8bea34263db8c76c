package dev.rlhf.model.quantized;

/** The storage of a frozen body's linear layers; embeddings, norms, biases and heads are never quantised. */
public enum Quantization {
    /** In the compute dtype. */
    NONE,
    /** In 8 bits with a scale per row, as the weights of LLM.int8() (Dettmers et al. 2022). */
    INT8,
    /** In 4 bits: NF4 blocks of 64 with double quantisation (QLoRA, Dettmers et al. 2023). */
    NF4
}

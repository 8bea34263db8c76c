package dev.rlhf.train;

/** {@code optim}: transformers' names of optimizers. */
public enum OptimizerType {
    /** AdamW with moments in fp32: 8 bytes per trained parameter. */
    ADAMW_TORCH,
    /** AdamW with moments in 8 bits, as in bitsandbytes: 2 bytes per trained parameter. */
    ADAMW_8BIT
}

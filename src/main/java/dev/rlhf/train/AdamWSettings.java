package dev.rlhf.train;

/**
 * The constants of {@link AdamW}, under TRL's names {@code adam_beta1, adam_beta2, adam_epsilon}. In RL ε is 1e-5
 * (Huang 2024).
 *
 * @param eightBits whether the moments of large parameters are kept in 8 bits
 */
public record AdamWSettings(double beta1, double beta2, double epsilon, boolean eightBits) {}

/**
 * The maths of RLHF as pure functions: log-probabilities, KL estimators, reward shaping, GAE, whitening, the PPO losses, the
 * ranking losses. No I/O, no state, no knowledge of models.
 *
 * <p>Two shapes of input. Where no gradient is needed, plain Java arrays {@code [B, T]}: row {@code b} has
 * {@code lengths[b]} real tokens from column 0 on, and what lies beyond is never read (NaN may stand there). Where gradients
 * are needed, tensors. Log-probabilities, KL and entropy are in nats. docs/explanation/ppo.md has every formula with its
 * source.
 */
package dev.rlhf.rl;

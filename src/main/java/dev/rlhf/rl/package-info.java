/**
 * The maths of RLHF as pure functions: KL estimators, reward shaping, GAE, whitening, the PPO losses and the ranking
 * losses. No I/O, no state, no knowledge of models.
 *
 * <p>Functions without gradients take Java arrays {@code [B, T]}: row {@code b} has {@code lengths[b]} real tokens from
 * column 0 on, and the columns after them are never read (they may be NaN). Functions with gradients take tensors.
 * Log-probabilities, KL and entropy are in nats. docs/explanation/ppo.md has every formula with its source.
 */
package dev.rlhf.rl;

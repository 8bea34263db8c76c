/**
 * Frozen models with their tokenizers: loading, prompts, completions, log-probabilities and reward scores. Used by
 * every stage that does not train, and by PPO for its rollouts.
 */
package dev.rlhf.inference;

/** PPO against a frozen reward model with a KL penalty. Start with {@link dev.rlhf.stages.ppo.PpoTrainer#step}. */
package dev.rlhf.stages.ppo;

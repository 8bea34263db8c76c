/** Compares models on knowledge, refusals, perplexity, reward and distance from the reference. */
package dev.rlhf.stages.eval;

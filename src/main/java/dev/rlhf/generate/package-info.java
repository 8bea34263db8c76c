/** From prompts to completions: sampling, the KV cache's use, batches. Knows nothing of training. */
package dev.rlhf.generate;

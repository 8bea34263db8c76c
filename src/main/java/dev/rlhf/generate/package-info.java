/** Generates completions of prompts: sampling, batching and use of the KV cache. Independent of training. */
package dev.rlhf.generate;

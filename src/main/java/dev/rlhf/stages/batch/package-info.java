/** Tools that read a file and write a file: generate, logprobs, score, merge and show-tokens. */
package dev.rlhf.stages.batch;

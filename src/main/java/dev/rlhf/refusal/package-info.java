/**
 * Honest refusals: measures what a model knows, writes refusals for what it does not know, ranks answers like a
 * labeler, and computes refusal metrics. Answers are judged in {@code refusal.judge}. Plain strings and counts, no
 * tensors.
 */
package dev.rlhf.refusal;

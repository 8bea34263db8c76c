/**
 * Honest refusals: was a completion right, a refusal, or wrong; does a model know a fact; what a refusal says; how well a
 * model knows what it does not know. Plain strings and counts: no tensors, no files, no web.
 */
package dev.rlhf.refusal;

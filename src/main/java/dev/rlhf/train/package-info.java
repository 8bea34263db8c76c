/**
 * Parts of every training stage: the loop with saving, resuming and evaluation, AdamW, learning-rate schedules and gradient
 * clipping. Independent of the loss.
 */
package dev.rlhf.train;

/**
 * The training loop and its parts, independent of the model being trained: optimizer, learning-rate schedules, gradient
 * clipping, saved state, timing, and the option groups of training stages.
 */
package dev.rlhf.train;

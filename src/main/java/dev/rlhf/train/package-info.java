/**
 * Loading of trainable models; the training loop and its parts, which do not depend on the kind of model: optimizer,
 * learning-rate schedules, gradient clipping, saved state, timing; and the option groups of training stages.
 */
package dev.rlhf.train;

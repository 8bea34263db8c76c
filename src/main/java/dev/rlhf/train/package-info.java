/**
 * What every training loop needs and none of it knows what is trained: optimizer, learning-rate schedules, gradient clipping,
 * accumulation over micro-batches, counters that survive a restart, timing.
 */
package dev.rlhf.train;

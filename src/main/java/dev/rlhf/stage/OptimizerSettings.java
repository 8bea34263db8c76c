package dev.rlhf.stage;

import dev.rlhf.train.AdamW;
import dev.rlhf.train.Schedule;

/**
 * The optimizer of one run: {@link OptimizerOptions} for a known number of steps.
 *
 * @param learningRate the schedule's peak
 */
record OptimizerSettings(
        AdamW.Settings adam, double learningRate, Schedule schedule, double weightDecay, double maxGradNorm) {

    /** Returns the learning rate of a step, counted from 1. */
    double rate(long step) {
        return learningRate * schedule.multiplier(step - 1);
    }
}

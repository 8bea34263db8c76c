package dev.rlhf.train;

/**
 * The optimizer of one run: {@link OptimizerOptions} for a known number of steps.
 *
 * @param learningRate the schedule's peak
 */
public record OptimizerSettings(
        AdamW.Settings adam, double learningRate, Schedule schedule, double weightDecay, double maxGradNorm) {

    /** Returns the learning rate of a step, counted from 1. */
    public double rate(long step) {
        return learningRate * schedule.multiplier(step - 1);
    }
}

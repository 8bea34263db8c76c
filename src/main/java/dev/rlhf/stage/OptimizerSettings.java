package dev.rlhf.stage;

import dev.rlhf.train.AdamW;
import dev.rlhf.train.LrSchedulerType;
import dev.rlhf.train.Schedule;
import java.util.Map;

/**
 * The optimizer's options, which every training stage has under the same names.
 *
 * @param learningRate the schedule's peak
 */
record OptimizerSettings(
        AdamW.Settings adam, double learningRate, Schedule schedule, double weightDecay, double maxGradNorm) {
    static OptimizerSettings of(PretrainOptions o) {
        return new OptimizerSettings(
                new AdamW.Settings(o.adam_beta1(), o.adam_beta2(), o.adam_epsilon()),
                o.learning_rate(),
                schedule(o.lr_scheduler_type(), o.warmup_steps(), o.max_steps(), o.lr_scheduler_kwargs()),
                o.weight_decay(),
                o.max_grad_norm());
    }

    static OptimizerSettings of(SftOptions o, long maxSteps) {
        return new OptimizerSettings(
                new AdamW.Settings(o.adam_beta1(), o.adam_beta2(), o.adam_epsilon()),
                o.learning_rate(),
                schedule(
                        o.lr_scheduler_type(),
                        Schedule.warmupSteps(0, o.warmup_ratio(), maxSteps),
                        maxSteps,
                        o.lr_scheduler_kwargs()),
                o.weight_decay(),
                o.max_grad_norm());
    }

    static OptimizerSettings of(RewardOptions o, long maxSteps) {
        return new OptimizerSettings(
                new AdamW.Settings(o.adam_beta1(), o.adam_beta2(), o.adam_epsilon()),
                o.learning_rate(),
                schedule(
                        o.lr_scheduler_type(),
                        Schedule.warmupSteps(0, o.warmup_ratio(), maxSteps),
                        maxSteps,
                        o.lr_scheduler_kwargs()),
                o.weight_decay(),
                o.max_grad_norm());
    }

    /** @param updates of the model that is trained: policy and critic differ by the critic's warm-up */
    static OptimizerSettings of(PpoOptions o, long updates) {
        return new OptimizerSettings(
                new AdamW.Settings(o.adam_beta1(), o.adam_beta2(), o.adam_epsilon()),
                o.learning_rate(),
                schedule(o.lr_scheduler_type(), o.warmup_steps(), updates, o.lr_scheduler_kwargs()),
                o.weight_decay(),
                o.max_grad_norm());
    }

    private static Schedule schedule(LrSchedulerType type, long warmup, long total, Map<String, Object> kwargs) {
        return Schedule.of(type, warmup, total, kwargs);
    }

    /** The learning rate of a step counted from 1. */
    double rate(long step) {
        return learningRate * schedule.multiplier(step - 1);
    }
}

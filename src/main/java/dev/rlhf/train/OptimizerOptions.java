package dev.rlhf.train;

import ai.djl.ndarray.NDArray;
import dev.rlhf.base.InputException;
import dev.rlhf.stage.Option;
import java.util.Collection;
import java.util.Map;

/** Options of AdamW and of the learning-rate schedule, under the names of transformers' TrainingArguments. */
public record OptimizerOptions(
        @Option(help = "peak learning rate", value = "1e-5", min = 0, open = true)
        double learning_rate,

        @Option(help = "learning-rate schedule", value = "linear")
        LrSchedulerType lr_scheduler_type,

        @Option(help = "arguments of the schedule: min_lr_rate, num_decay_steps, …", value = "{}")
        Map<String, Object> lr_scheduler_kwargs,

        @Option(help = "warm-up steps as a share of all steps", value = "0.0", min = 0, max = 1)
        double warmup_ratio,

        @Option(help = "warm-up steps; 0: use warmup_ratio", value = "0", min = 0)
        int warmup_steps,

        @Option(help = "weight decay of matrices; norms and biases do not decay", value = "0.0", min = 0)
        double weight_decay,

        @Option(help = "Adam β1", value = "0.9", min = 0, max = 1, openMax = true)
        double adam_beta1,

        @Option(help = "Adam β2", value = "0.999", min = 0, max = 1, openMax = true)
        double adam_beta2,

        @Option(help = "Adam ε", value = "1e-8", min = 0, open = true)
        double adam_epsilon,

        @Option(help = "L2 norm that the gradients of a model are clipped to; 0: off", value = "1.0", min = 0)
        double max_grad_norm,

        @Option(
                help = "optimizer: adamw_torch, or adamw_8bit, which keeps AdamW's moments in 8 bits instead of 32",
                value = "adamw_torch")
        OptimizerType optim) {
    /** @throws InputException if {@code lr_scheduler_kwargs} do not suit the schedule */
    public OptimizerOptions {
        Schedule.check(lr_scheduler_type, lr_scheduler_kwargs);
    }

    /** Returns the moment decay rates and ε of AdamW. */
    AdamWSettings adam() {
        return new AdamWSettings(adam_beta1, adam_beta2, adam_epsilon, optim == OptimizerType.ADAMW_8BIT);
    }

    /** Returns the size in bytes of the moments of these parameters. */
    long momentBytes(Collection<NDArray> parameters) {
        return optim == OptimizerType.ADAMW_8BIT
                ? eightBitMomentBytes(parameters)
                : parameters.stream()
                        .mapToLong(parameter -> 8 * parameter.size())
                        .sum();
    }

    /** Returns the size in bytes of the moments that {@code adamw_8bit} keeps of these parameters. */
    static long eightBitMomentBytes(Collection<NDArray> parameters) {
        return parameters.stream()
                .mapToLong(NDArray::size)
                .map(size -> EightBitMoments.isFor(size) ? EightBitMoments.bytes(size) : 8 * size)
                .sum();
    }

    /** Returns the learning-rate schedule of a run of {@code steps} optimizer steps. */
    Schedule schedule(long steps) {
        long warmup = Schedule.warmupSteps(warmup_steps, warmup_ratio, steps);
        return Schedule.of(lr_scheduler_type, warmup, steps, lr_scheduler_kwargs);
    }
}

package dev.rlhf.train;

import dev.rlhf.base.InputException;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;

/** Options for the optimizer steps of supervised training and the steps between evaluations. */
public record StepOptions(
        @OptionGroup BatchOptions batch,

        @Option(help = "forward passes per optimizer step", value = "1", min = 1)
        int gradient_accumulation_steps,

        @Option(help = "steps between evaluations; 0: at the end only", value = "0", min = 0)
        int eval_steps) {
    /** @throws InputException if a step has more rows than can be counted */
    public StepOptions {
        if ((long) batch.per_device_train_batch_size() * gradient_accumulation_steps > Integer.MAX_VALUE) {
            throw new InputException("gradient_accumulation_steps: %d passes of %d rows are too many for one step"
                    .formatted(gradient_accumulation_steps, batch.per_device_train_batch_size()));
        }
    }

    /** Returns the rows of one optimizer step. */
    public int rows() {
        return batch.per_device_train_batch_size() * gradient_accumulation_steps;
    }
}

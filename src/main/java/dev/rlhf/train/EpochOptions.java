package dev.rlhf.train;

import dev.rlhf.base.InputException;
import dev.rlhf.stage.Option;

/** Options for the length of a training run, in steps or epochs. */
public record EpochOptions(
        @Option(help = "optimizer steps; -1: as many as num_train_epochs takes", value = "-1", min = -1)
        int max_steps,

        @Option(help = "epochs over the data", value = "3", min = 0, open = true)
        double num_train_epochs) {

    public EpochOptions {
        if (max_steps == 0) {
            throw new InputException(
                    "max_steps: 0 steps train nothing; give a number of steps, or -1 for num_train_epochs");
        }
    }

    /** Returns {@code max_steps}, or the steps of {@code num_train_epochs}, rounded up as in transformers. */
    public long steps(int stepsPerEpoch) {
        return max_steps > 0 ? max_steps : (long) Math.ceil(num_train_epochs * stepsPerEpoch);
    }
}

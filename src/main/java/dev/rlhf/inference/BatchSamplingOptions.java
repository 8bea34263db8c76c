package dev.rlhf.inference;

import dev.rlhf.stage.OptionGroup;

/** Options of stages that draw several samples per prompt, under the names of transformers' GenerationConfig. */
public record BatchSamplingOptions(
        @OptionGroup TemperatureOptions distribution,

        @OptionGroup CompletionOptions completion,

        @OptionGroup(defaults = "batch_size=64") BatchSizeOptions batch) {

    /** Returns {@link TemperatureOptions#temperature}. */
    public double temperature() {
        return distribution.temperature();
    }
}

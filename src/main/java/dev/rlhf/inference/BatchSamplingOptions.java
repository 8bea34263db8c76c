package dev.rlhf.inference;

import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;

/** Options of stages that draw several samples per prompt, under the names of transformers' GenerationConfig. */
public record BatchSamplingOptions(
        @Option(help = "sampling temperature", value = "1", min = 0, open = true)
        double temperature,

        @OptionGroup CompletionOptions completion,

        @OptionGroup(defaults = "batch_size=64") BatchSizeOptions batch) {}

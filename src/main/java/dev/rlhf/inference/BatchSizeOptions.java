package dev.rlhf.inference;

import dev.rlhf.stage.Option;

/** The batch size of a frozen model. */
public record BatchSizeOptions(
        @Option(help = "completions generated together", value = "16", min = 1)
        int batch_size) {}

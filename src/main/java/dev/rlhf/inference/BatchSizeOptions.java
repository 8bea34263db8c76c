package dev.rlhf.inference;

import dev.rlhf.stage.Option;

/** The number of sequences that go through a frozen model together. */
public record BatchSizeOptions(
        @Option(help = "completions generated together", value = "16", min = 1)
        int batch_size) {}

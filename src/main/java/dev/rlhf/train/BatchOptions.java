package dev.rlhf.train;

import dev.rlhf.stage.Option;

/** The size of micro-batches: of what goes through a model at once. */
public record BatchOptions(
        @Option(help = "rows per forward pass", value = "8", min = 1)
        int per_device_train_batch_size) {}

package dev.rlhf.train;

import dev.rlhf.stage.Option;

/** The size of a micro-batch: the number of rows that go through a model at once. */
public record BatchOptions(
        @Option(help = "rows per forward pass", value = "8", min = 1)
        int per_device_train_batch_size) {}

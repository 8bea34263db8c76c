package dev.rlhf.train;

import dev.rlhf.stage.Option;

/** The option for the micro-batch size, the number of rows per forward pass. */
public record BatchOptions(
        @Option(help = "rows per forward pass", value = "8", min = 1)
        int per_device_train_batch_size) {}

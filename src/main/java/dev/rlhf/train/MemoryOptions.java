package dev.rlhf.train;

import dev.rlhf.stage.Option;

/** Options of training runs that trade speed for memory, under the names of transformers' TrainingArguments. */
public record MemoryOptions(
        @Option(
                help = "recomputation of each layer in the backward pass instead of keeping its activations: less"
                        + " memory, same gradients, about a third more time",
                value = "false")
        boolean gradient_checkpointing) {}

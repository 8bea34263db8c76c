package dev.rlhf.train;

import dev.rlhf.stage.Option;

/** Options of every training run that trade time for memory, under the names of transformers' TrainingArguments. */
public record MemoryOptions(
        @Option(
                help = "less memory for activations: only each layer's input is kept, and backward computes the layer"
                        + " again; same gradients, about a third more time",
                value = "false")
        boolean gradient_checkpointing) {}

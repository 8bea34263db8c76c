package dev.rlhf.inference;

import dev.rlhf.stage.Option;

/** Options of every stage that runs a model: where, and in which numbers. */
public record EngineOptions(
        @Option(help = "auto, cpu, cuda or cuda:N", value = "auto")
        String device,

        @Option(
                help =
                        "dtype of activations and of frozen weights; trained weights, scores and log-probabilities are float32",
                value = "float32",
                choices = {"float32", "bfloat16"})
        String dtype) {}

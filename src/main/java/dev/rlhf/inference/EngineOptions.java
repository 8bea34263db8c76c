package dev.rlhf.inference;

import dev.rlhf.stage.Option;

/** Options of every stage that runs a model: where, and in which numbers. */
public record EngineOptions(
        @Option(help = "auto, cpu, cuda or cuda:N", value = "auto")
        String device,

        @Option(
                help =
                        "dtype of activations and frozen weights; auto is bfloat16 on GPUs of compute capability 8.0 and newer and"
                                + " float32 elsewhere; trained weights, scores and log-probabilities are float32",
                value = "auto",
                choices = {"auto", "float32", "bfloat16"})
        String dtype) {}

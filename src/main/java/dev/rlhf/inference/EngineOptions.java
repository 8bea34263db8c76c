package dev.rlhf.inference;

import dev.rlhf.stage.Option;

/**
 * Options of every stage that runs a model: its device and its dtype. Trained weights, scores and log-probabilities are
 * float32 whatever the dtype.
 */
public record EngineOptions(
        @Option(help = "auto, cpu, cuda or cuda:N", value = "auto")
        String device,

        @Option(
                help = "dtype of activations and frozen weights; auto = bfloat16 on GPUs of compute capability 8.0 "
                        + "or newer,"
                        + " float32 elsewhere",
                value = "auto",
                choices = {"auto", "float32", "bfloat16"})
        String dtype) {}

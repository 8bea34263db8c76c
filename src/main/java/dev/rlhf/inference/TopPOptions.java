package dev.rlhf.inference;

import dev.rlhf.stage.Option;

/** Nucleus sampling (Holtzman 2019). */
public record TopPOptions(
        @Option(
                help = "sample from the smallest set of tokens whose probabilities add up to this; 1 = all",
                value = "1",
                min = 0,
                max = 1)
        double top_p) {}

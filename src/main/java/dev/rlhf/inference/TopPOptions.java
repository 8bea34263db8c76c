package dev.rlhf.inference;

import dev.rlhf.stage.Option;

/** The option for nucleus sampling (Holtzman 2019). */
public record TopPOptions(
        @Option(
                help = "total probability of the most likely tokens to sample from; 1 = all",
                value = "1",
                min = 0,
                max = 1,
                open = true)
        double top_p) {}

package dev.rlhf.inference;

import dev.rlhf.stage.Option;

/** The temperature of samples that must differ from each other, which excludes greedy decoding. */
public record TemperatureOptions(
        @Option(help = "sampling temperature", value = "1", min = 0, open = true)
        double temperature) {}

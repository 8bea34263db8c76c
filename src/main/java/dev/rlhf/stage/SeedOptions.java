package dev.rlhf.stage;

/** The option for a stage's random seed. */
public record SeedOptions(
        @Option(help = "random seed", value = "0") long seed) {}

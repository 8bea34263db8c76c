package dev.rlhf.stage;

/** The seed of a stage's randomness. */
public record SeedOptions(
        @Option(help = "random seed", value = "0") long seed) {}

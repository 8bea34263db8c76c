package dev.rlhf.stage;

import java.nio.file.Path;

/** The option for the output folder of a stage. */
public record OutputOptions(@Option(help = "output folder") Path output_dir) {}

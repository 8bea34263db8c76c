package dev.rlhf.stage;

import java.nio.file.Path;

/** The output folder of a stage that writes several files. */
public record OutputOptions(@Option(help = "output folder") Path output_dir) {}

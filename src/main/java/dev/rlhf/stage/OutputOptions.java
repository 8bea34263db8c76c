package dev.rlhf.stage;

import java.nio.file.Path;

/** The folder of a stage that writes more than one file. */
public record OutputOptions(@Option(help = "output folder") Path output_dir) {}

package dev.rlhf.inference;

import dev.rlhf.stage.Option;
import java.nio.file.Path;

/** The option for a stage's model. */
public record ModelOptions(
        @Option(help = "checkpoint folder of the model", must = Option.Must.BE_A_MODEL)
        Path model_name_or_path) {}

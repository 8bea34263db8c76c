package dev.rlhf.inference;

import dev.rlhf.stage.Option;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The option for a probe's decisions about what a model knows. */
public record KnowledgeOptions(
        @Option(help = "knowledge.jsonl of a probe that asked the same questions", must = Option.Must.BE_A_FILE)
        @Nullable
        Path knowledge) {}

package dev.rlhf.stages.batch;

import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Options for a typed prompt or a file of rows. */
public record PromptOptions(
        @Option(help = "prompt") @Nullable String prompt,

        @Option(help = "JSONL to read", must = Must.BE_A_FILE) @Nullable
        Path input) {}

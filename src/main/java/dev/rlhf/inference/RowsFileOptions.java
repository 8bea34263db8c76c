package dev.rlhf.inference;

import dev.rlhf.stage.Option;
import java.nio.file.Path;

/** Files of a batch tool. */
public record RowsFileOptions(
        @Option(help = "JSONL to read", must = Option.Must.BE_A_FILE)
        Path input,

        @Option(help = "JSONL to write, one line per input row, in the same order")
        Path output) {}

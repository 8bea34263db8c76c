package dev.rlhf.inference;

import dev.rlhf.stage.Option;
import java.nio.file.Path;

/** The input and output file of a stage that processes rows. */
public record RowsFileOptions(
        @Option(help = "JSONL to read", must = Option.Must.BE_A_FILE)
        Path input,

        @Option(help = "JSONL to write, one line per input row, in the same order")
        Path output) {}

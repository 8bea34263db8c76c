package dev.rlhf.stages.judge;

import dev.rlhf.inference.AnswerJudgeOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import dev.rlhf.stage.OptionGroup;
import java.nio.file.Path;

/** Options of {@link Judge}. */
public record JudgeOptions(
        @Option(
                help = "JSONL to judge; each row has question, answers and completion, and may have a verdict to"
                        + " compare with",
                must = Must.BE_A_FILE)
        Path input,

        @Option(help = "JSONL to write, one line per input row, in the same order")
        Path output,

        @OptionGroup AnswerJudgeOptions judge) {}

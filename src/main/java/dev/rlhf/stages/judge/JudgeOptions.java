package dev.rlhf.stages.judge;

import dev.rlhf.inference.QuestionOptions;
import dev.rlhf.inference.RowsFileOptions;
import dev.rlhf.stage.OptionGroup;

/** Options of {@link Judge}. */
public record JudgeOptions(
        @OptionGroup(
                help = "input=JSONL to judge; each row has question, answers and completion, and may have a verdict to"
                        + " compare with; with questions, id or question and completion are enough")
        RowsFileOptions files,

        @OptionGroup(
                help = "questions=questions with accepted answers, own rows or a public format, for rows without"
                        + " answers")
        QuestionOptions judge) {}

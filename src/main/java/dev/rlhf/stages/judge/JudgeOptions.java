package dev.rlhf.stages.judge;

import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import java.nio.file.Path;
import java.util.List;

/** Options of {@link Judge}. */
public record JudgeOptions(
        @Option(
                help = "JSONL with question, answers and completion per row; verdict too, to check the judge",
                must = Must.BE_A_FILE)
        Path input,

        @Option(help = "JSONL to write, a line for each of the input's, in its order")
        Path output,

        @Option(
                help = "Further phrases that the judge takes for a refusal, in any language, such as [\"no comment\"]",
                value = "[]")
        List<String> refusal_phrases) {}

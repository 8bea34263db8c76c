package dev.rlhf.stages.batch;

import dev.rlhf.inference.EngineOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import dev.rlhf.stage.OptionGroup;
import java.nio.file.Path;

/** Options of {@link Logprobs} and {@link Score}. */
public record ScoringOptions(
        @Option(help = "checkpoint folder of the model; for score, of a reward model", must = Must.BE_A_MODEL)
        Path model_name_or_path,

        @Option(help = "JSONL to score; each row has text, prompt and response, or input_ids", must = Must.BE_A_FILE)
        Path input,

        @Option(help = "JSONL to write, one line per input row, in the same order")
        Path output,

        @Option(help = "encode prompt and response without chat format and end token", value = "false")
        boolean raw,

        @Option(help = "sequences of similar length run together", value = "16", min = 1)
        int batch_size,

        @OptionGroup EngineOptions engine) {}

package dev.rlhf.stages.batch;

import dev.rlhf.inference.EngineOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import dev.rlhf.stage.OptionGroup;
import java.nio.file.Path;

/** Options of {@link Logprobs}. */
public record LogprobsOptions(
        @Option(help = "Checkpoint folder of the model", must = Must.BE_A_MODEL)
        Path model_name_or_path,

        @Option(help = "JSONL with text, prompt and response, or input_ids a row", must = Must.BE_A_FILE)
        Path input,

        @Option(help = "JSONL to write, a line for each of the input's, in its order")
        Path output,

        @Option(help = "Take prompt and response as they are, without chat format and end token", value = "false")
        boolean raw,

        @Option(help = "Sequences run together, of similar length", value = "16", min = 1)
        int batch_size,

        @OptionGroup EngineOptions engine) {}

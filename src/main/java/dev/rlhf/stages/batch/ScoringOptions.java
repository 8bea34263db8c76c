package dev.rlhf.stages.batch;

import dev.rlhf.inference.BatchSizeOptions;
import dev.rlhf.inference.EncoderOptions;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.RowsFileOptions;
import dev.rlhf.stage.OptionGroup;

/** Options of {@link Logprobs} and {@link Score}. */
public record ScoringOptions(
        @OptionGroup(help = "model_name_or_path=checkpoint folder of the model (score: of a reward model)")
        EncoderOptions encoder,

        @OptionGroup(help = "input=JSONL to score; each row has text, prompt and response, messages, or input_ids")
        RowsFileOptions files,

        @OptionGroup(help = "batch_size=sequences of similar length run together")
        BatchSizeOptions batch,

        @OptionGroup EngineOptions engine) {}

package dev.rlhf.stages.probe;

import dev.rlhf.inference.EngineOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import dev.rlhf.stage.OptionGroup;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Options of {@link Probe}. */
public record ProbeOptions(
        @Option(help = "Checkpoint folder of the model that is asked", must = Must.BE_A_MODEL)
        Path model_name_or_path,

        @Option(
                help = "Questions with known answers, JSONL; rows without answers nobody can know",
                must = Must.BE_A_FILE)
        Path questions,

        @Option(help = "Where knowledge.jsonl and refusals.jsonl go")
        Path output_dir,

        @Option(help = "Sampled answers a question, beside the greedy one", value = "4", min = 0)
        int num_samples,

        @Option(help = "Of the sampled answers", value = "1", min = 0, open = true)
        double temperature,

        @Option(
                help = "Sample from the fewest tokens whose probability reaches this; 1: from all",
                value = "1",
                min = 0,
                max = 1)
        double top_p,

        @Option(
                help = "Tokens after which an answer is cut; left out: " + ProbeOptions.MAX_NEW_TOKENS
                        + ", or what the longest prompt leaves of the model's positions if that is less",
                min = 1)
        @Nullable
        Integer max_new_tokens,

        @Option(
                help = "Known: the greedy answer is right, and at least this share of the samples",
                value = "0.5",
                min = 0,
                max = 1)
        double known_share,

        @Option(
                help = "Unknown: the greedy answer is not right, and at most this share of the samples is",
                value = "0.25",
                min = 0,
                max = 1)
        double unknown_share,

        @Option(help = "Values of meta.split whose questions refusals may be written for; default: all") @Nullable
        List<String> train_splits,

        @Option(
                help =
                        "Refusals to choose from, a text file, one a line, {subject} for what is asked about; default: built-in ones",
                must = Must.BE_A_FILE)
        @Nullable
        Path refusal_wordings,

        @Option(
                help = "Further phrases that the judge takes for a refusal, in any language, such as [\"no comment\"]",
                value = "[]")
        List<String> refusal_phrases,

        @Option(help = "Answers written together", value = "64", min = 1)
        int batch_size,

        @Option(help = "Of sampling and of the choice of refusals", value = "0")
        long seed,

        @OptionGroup EngineOptions engine) {
    /** {@code max_new_tokens} where the model has room for it. */
    static final int MAX_NEW_TOKENS = 32;
}

package dev.rlhf.stages.rank;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.label.RankedTask;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import dev.rlhf.stage.OptionGroup;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Options of {@link Sample}. */
public record SampleOptions(
        @Option(help = "Checkpoint folder of the model that writes the completions", must = Must.BE_A_MODEL)
        Path model_name_or_path,

        @Option(help = "Prompts to complete, JSONL", must = Must.BE_A_FILE)
        Path prompts,

        @Option(help = "Where batch.jsonl goes") Path output_dir,

        @Option(
                help = "Completions a prompt, ranked together",
                value = "4",
                min = RankedTask.MIN_COMPLETIONS,
                max = RankedTask.MAX_COMPLETIONS)
        int num_completions,

        @Option(
                help = "Of sampling; the same as in PPO, so that the reward model sees what the policy writes",
                value = "1",
                min = 0,
                open = true)
        double temperature,

        @Option(
                help =
                        "Further models that write completions of each prompt, so that labelers see what this one never says",
                value = "[]")
        List<OtherModel> other_models,

        @Option(
                help = "Text file, a completion a line: one of them is added to each prompt's, such as a refusal",
                must = Must.BE_A_FILE)
        @Nullable
        Path written_completions,

        @Option(
                help = "Sample from the fewest tokens whose probability reaches this; 1: from all",
                value = "1",
                min = 0,
                max = 1)
        double top_p,

        @Option(
                help = "Tokens after which a completion is cut; left out: " + SampleOptions.MAX_NEW_TOKENS
                        + ", or what the longest prompt leaves of the model's positions if that is less",
                min = 1)
        @Nullable
        Integer max_new_tokens,

        @Option(help = "Completions written together", value = "64", min = 1)
        int batch_size,

        @Option(help = "Of sampling", value = "0") long seed,

        @OptionGroup EngineOptions engine) {
    /** {@code max_new_tokens} where the model has room for it. */
    static final int MAX_NEW_TOKENS = 64;

    /** A model that writes some of the completions. */
    public record OtherModel(
            @Option(help = "Its checkpoint folder", must = Must.BE_A_MODEL)
            Path path,

            @Option(help = "Completions a prompt", value = "1", min = 1, max = RankedTask.MAX_COMPLETIONS)
            int num_completions,

            @Option(help = "Of its sampling; above 1 it errs more", value = "1", min = 0, open = true)
            double temperature) {}

    public SampleOptions {
        other_models = List.copyOf(other_models);
        int all = num_completions
                + other_models.stream().mapToInt(OtherModel::num_completions).sum()
                + (written_completions == null ? 0 : 1);
        if (all > RankedTask.MAX_COMPLETIONS) {
            throw new InputException(
                    "num_completions: " + all + " completions a prompt with those of other models; people rank at most "
                            + RankedTask.MAX_COMPLETIONS);
        }
    }
}

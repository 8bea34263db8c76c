package dev.rlhf.stages.rank;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.BatchSamplingOptions;
import dev.rlhf.inference.ConversationOptions;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.ModelOptions;
import dev.rlhf.inference.TopPOptions;
import dev.rlhf.label.RankedTask;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import dev.rlhf.stage.OptionGroup;
import dev.rlhf.stage.OutputOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Options of {@link Sample}. */
public record SampleOptions(
        @OptionGroup(help = "model_name_or_path=checkpoint folder of the model that generates the completions")
        ModelOptions model,

        @Option(help = "JSONL of prompts to complete", must = Must.BE_A_FILE)
        Path prompts,

        @OptionGroup(help = "output_dir=output folder, for batch.jsonl")
        OutputOptions output,

        @Option(
                help = "completions per prompt, ranked together",
                value = "4",
                min = RankedTask.MIN_COMPLETIONS,
                max = RankedTask.MAX_COMPLETIONS)
        int num_completions,

        @Option(
                help = "further models that complete each prompt, so that labelers see answers this model never gives",
                value = "[]")
        List<OtherModel> other_models,

        @Option(
                help = "text file with one completion per line; one of them, such as a refusal, is added to each"
                        + " prompt",
                must = Must.BE_A_FILE)
        @Nullable
        Path written_completions,

        @Option(
                help = "a right answer added to each prompt whose row has any, so that the reward model sees right"
                        + " answers beside refusals; needs \"answers\" in every row",
                value = "false")
        boolean written_answers,

        @OptionGroup TopPOptions nucleus,

        @OptionGroup(
                help = {
                    "temperature=sampling temperature; use PPO's, so that the reward model is trained on text like"
                            + " the policy's",
                    "max_new_tokens=maximum tokens per completion; omit for " + SampleOptions.MAX_NEW_TOKENS
                            + ", or fewer if the longest prompt leaves the model fewer positions"
                })
        BatchSamplingOptions sampling,

        @OptionGroup ConversationOptions conversation,

        @OptionGroup EngineOptions engine) {
    /** Default of {@code max_new_tokens}, if the model has that many positions left. */
    static final int MAX_NEW_TOKENS = 64;

    /** A further model that generates completions. */
    public record OtherModel(
            @Option(help = "checkpoint folder", must = Must.BE_A_MODEL)
            Path path,

            @Option(help = "completions per prompt", value = "1", min = 1, max = RankedTask.MAX_COMPLETIONS)
            int num_completions,

            @Option(help = "sampling temperature; above 1, more errors", value = "1", min = 0, open = true)
            double temperature) {}

    /** @throws InputException if there are more completions per prompt than people can rank */
    public SampleOptions {
        other_models = List.copyOf(other_models);
        int all = num_completions
                + other_models.stream().mapToInt(OtherModel::num_completions).sum()
                + (written_completions == null ? 0 : 1)
                + (written_answers ? 1 : 0);
        if (all > RankedTask.MAX_COMPLETIONS) {
            throw new InputException("num_completions: " + all
                    + " completions per prompt with those of other models; people rank at most "
                    + RankedTask.MAX_COMPLETIONS);
        }
    }
}

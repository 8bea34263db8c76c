package dev.rlhf.stages.probe;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.BatchSamplingOptions;
import dev.rlhf.inference.ConversationOptions;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.ModelOptions;
import dev.rlhf.inference.QuestionOptions;
import dev.rlhf.inference.TopPOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import dev.rlhf.stage.OptionGroup;
import dev.rlhf.stage.OutputOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Options of {@link Probe}. */
public record ProbeOptions(
        @OptionGroup(help = "model_name_or_path=checkpoint folder of the model to probe")
        ModelOptions model,

        @OptionGroup DocumentOptions raw,

        @OptionGroup(
                help = "output_dir=output folder, for knowledge.jsonl, answers.jsonl, known.jsonl, refusals.jsonl,"
                        + " pairs.jsonl, unsure.jsonl and data-card.md")
        OutputOptions output,

        @Option(help = "sampled answers per question, in addition to the greedy one", value = "4", min = 0)
        int num_samples,

        @OptionGroup TopPOptions nucleus,

        @Option(
                help = "known: the greedy answer is correct, and at least this share of the samples",
                value = "0.5",
                min = 0,
                max = 1)
        double known_share,

        @Option(
                help = "unknown: the greedy answer is not correct, and at most this share of the samples is",
                value = "0.25",
                min = 0,
                max = 1)
        double unknown_share,

        @Option(help = "values of meta.split whose questions may be trained on; omit for all") @Nullable
        List<String> train_splits,

        @Option(
                help = "text file of refusals to choose from, one per line, {subject} for the subject of the question; "
                        + "omit for the built-in ones, in the language of the question",
                must = Must.BE_A_FILE)
        @Nullable
        Path refusal_wordings,

        @Option(
                help = "whether a refusal begins with what the model knows about the subject, if it knows another fact",
                value = "false")
        boolean partial_refusals,

        @OptionGroup(
                help = "questions=questions with accepted answers, own rows or a public format; those without answers"
                        + " count as unknowable")
        QuestionOptions judge,

        @OptionGroup(
                help = {
                    "temperature=temperature of the sampled answers",
                    "max_new_tokens=maximum tokens per answer; omit for " + ProbeOptions.MAX_NEW_TOKENS
                            + ", or fewer if the longest prompt leaves the model fewer positions",
                    "batch_size=answers generated together",
                    "seed=seed of sampling and of the choice of refusals"
                })
        BatchSamplingOptions sampling,

        @OptionGroup ConversationOptions conversation,

        @OptionGroup EngineOptions engine) {
    /** Default of {@code max_new_tokens}, if the model has that many positions left. */
    static final int MAX_NEW_TOKENS = 32;

    /** @throws InputException if there are not either questions or documents, or an option does not suit documents */
    public ProbeOptions {
        if ((judge.questions() == null) == (raw.documents() == null)) {
            throw new InputException("give either questions or documents");
        }
        if (raw.documents() != null && train_splits != null) {
            throw new InputException("train_splits: questions on documents have no meta.split; leave it out");
        }
        if (raw.documents() != null && partial_refusals) {
            throw new InputException("partial_refusals: questions on documents have no subject; leave it out");
        }
    }
}

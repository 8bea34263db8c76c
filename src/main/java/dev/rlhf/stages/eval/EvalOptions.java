package dev.rlhf.stages.eval;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.BatchSamplingOptions;
import dev.rlhf.inference.ConversationOptions;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.KnowledgeOptions;
import dev.rlhf.inference.PromptEncoder;
import dev.rlhf.inference.QuestionOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import dev.rlhf.stage.OptionGroup;
import dev.rlhf.stage.OutputOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Options of {@link Eval}. The metrics depend on what is given: questions, prompts, a reward model, rankings,
 * documents.
 */
public record EvalOptions(
        @Option(help = "models to compare, in the order of the table's columns")
        List<Model> models,

        @OptionGroup(
                help = "output_dir=output folder, for comparison.json, samples.json, curves.json and answers.jsonl")
        OutputOptions output,

        @OptionGroup(
                help = "questions=questions with accepted answers, own rows or a public format, answered greedily and"
                        + " judged")
        QuestionOptions judge,

        @OptionGroup Known known,

        @OptionGroup Samples samples,

        @OptionGroup RewardModels rewardModels,

        @OptionGroup Texts texts,

        @Option(
                help = "JSONL of tasks that should not be refused, to measure the share that is, with greedy answers",
                must = Must.BE_A_FILE)
        @Nullable
        Path unrelated_prompts,

        @OptionGroup(
                help = {
                    "temperature=temperature of the samples, and of the log-probabilities in KL",
                    "max_new_tokens=maximum tokens per completion; omit for " + EvalOptions.MAX_NEW_TOKENS
                            + ", or fewer if the longest prompt leaves the model fewer positions",
                    "batch_size=completions generated or scored together"
                })
        BatchSamplingOptions sampling,

        @OptionGroup ConversationOptions conversation,

        @OptionGroup EngineOptions engine) {
    /** Default of {@code max_new_tokens}, if the model has that many positions left. */
    static final int MAX_NEW_TOKENS = 64;

    /** A model to compare. */
    public record Model(
            @Option(help = "name in tables and metrics") String name,

            @Option(help = "checkpoint folder", must = Must.BE_A_MODEL)
            Path path,

            @Option(
                    help = "for a model never trained on conversations: text around {prompt}, such as \"Q:"
                            + " {prompt}\\nA:\"; the answer is one line")
            @Nullable
            String template) {
        /** @throws InputException if the name is blank or has a slash, or the template has no {@code {prompt}} */
        public Model {
            if (name.isBlank() || name.contains("/")) {
                throw new InputException("name: \"" + name + "\" must not be blank or contain a /");
            }
            if (template != null && !template.contains(PromptEncoder.PROMPT)) {
                throw new InputException("template: \"" + template + "\" has no " + PromptEncoder.PROMPT);
            }
        }
    }

    /** The questions that count as known, and those worded as in no training row. */
    public record Known(
            @Option(
                    help = "name of the model whose correct answers define what is known; omit to count all answerable"
                            + " as known")
            @Nullable
            String knowledge_reference,

            @OptionGroup(
                    help = "knowledge=knowledge.jsonl of a probe that asked the same questions: its decisions define"
                            + " what is known, more strictly than the greedy answers of knowledge_reference")
            KnowledgeOptions probed,

            @Option(
                    help = "values of meta.split of wordings kept out of training; reported separately, under"
                            + " new_wording/",
                    value = "[kept_out_wording, unknown_eval_wording, eval_wording, invented_wording]")
            List<String> new_wording_splits) {
        public Known {
            new_wording_splits = List.copyOf(new_wording_splits);
        }
    }

    /** Sampled completions of held-out prompts. */
    public record Samples(
            @Option(help = "JSONL of held-out prompts, completed by sampling", must = Must.BE_A_FILE) @Nullable
            Path prompts,

            @Option(help = "number of prompts to use, evenly spread; 0 = all", value = "0", min = 0)
            int max_prompts,

            @Option(help = "samples per prompt", value = "2", min = 1)
            int num_samples,

            @Option(help = "name of the model that KL, gains and win rate are measured against") @Nullable
            String kl_reference) {}

    /** Reward models, and the rankings that they are measured on. */
    public record RewardModels(
            @Option(help = "reward model that scores the samples", must = Must.BE_A_MODEL) @Nullable
            Path reward_model,

            @Option(
                    help = "reward model of another seed that no policy was trained against, for a second reward gain"
                            + " and win rate",
                    must = Must.BE_A_MODEL)
            @Nullable
            Path heldout_reward_model,

            @Option(help = "JSONL of people's rankings that the reward model was not trained on", must = Must.BE_A_FILE)
            @Nullable
            Path rankings) {
        /** @throws InputException if an option needs {@code reward_model}, which is not given */
        public RewardModels {
            if (rankings != null && reward_model == null) {
                throw new InputException("rankings: these measure a reward_model, which is not given");
            }
            if (heldout_reward_model != null && reward_model == null) {
                throw new InputException("heldout_reward_model: checks the gain by reward_model, which is not given");
            }
        }
    }

    /** Held-out text. */
    public record Texts(
            @Option(help = "held-out text for perplexity, .txt or .jsonl", must = Must.BE_A_FILE) @Nullable
            Path documents,

            @Option(
                    help = "part of the documents: all, or a part that pretrain with split: document kept out",
                    value = "all",
                    choices = {"all", "validation", "test"})
            String documents_part,

            @Option(help = "seed of that pretraining", value = "0")
            long split_seed) {}

    /** @throws InputException if options do not fit together */
    public EvalOptions {
        models = List.copyOf(models);
        List<String> names = models.stream().map(Model::name).toList();
        if (names.isEmpty()) {
            throw new InputException("models: give at least one");
        }
        if (names.stream().distinct().count() < names.size()) {
            throw new InputException("models: two have the same name: " + names);
        }
        requireOneOf("knowledge_reference", known.knowledge_reference(), names);
        requireOneOf("kl_reference", samples.kl_reference(), names);
        if (judge.questions() == null
                && unrelated_prompts == null
                && samples.prompts() == null
                && texts.documents() == null
                && rewardModels.rankings() == null) {
            throw new InputException("nothing to measure; give questions, prompts, documents or rankings");
        }
        if (judge.questions() == null
                && (known.knowledge_reference() != null || known.probed().knowledge() != null)) {
            throw new InputException((known.knowledge_reference() != null ? "knowledge_reference" : "knowledge")
                    + ": what is known is defined for questions, which are not given");
        }
        if (rewardModels.reward_model() != null && samples.prompts() == null && rewardModels.rankings() == null) {
            throw new InputException("reward_model: scores completions of prompts, or rankings, which are not given");
        }
        if (rewardModels.heldout_reward_model() != null && samples.kl_reference() == null) {
            throw new InputException("heldout_reward_model: measures the gain over kl_reference, which is not given");
        }
        if (samples.prompts() == null && samples.kl_reference() != null) {
            throw new InputException("kl_reference: KL is measured on completions of prompts, which are not given");
        }
    }

    private static void requireOneOf(String option, @Nullable String name, List<String> names) {
        if (name != null && !names.contains(name)) {
            throw new InputException(option + ": \"" + name + "\" is not one of the models " + names);
        }
    }
}

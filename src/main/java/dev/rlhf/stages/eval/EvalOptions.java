package dev.rlhf.stages.eval;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.ChatModel;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import dev.rlhf.stage.OptionGroup;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Options of {@link Eval}. What is measured follows from what is given: questions, prompts, a reward model, documents. */
public record EvalOptions(
        @Option(help = "The models to compare, in the order to show them")
        List<Model> models,

        @Option(help = "Where comparison.json, samples.json and answers.jsonl go")
        Path output_dir,

        @Option(help = "Questions with known answers, JSONL: answered greedily and judged", must = Must.BE_A_FILE)
        @Nullable
        Path questions,

        @Option(
                help = "Further phrases that the judge takes for a refusal, in any language, such as [\"no comment\"]",
                value = "[]")
        List<String> refusal_phrases,

        @Option(help = "Name of the model whose right answers say what is known; default: all that has an answer")
        @Nullable
        String knowledge_reference,

        @Option(
                help =
                        "Values of meta.split whose wordings were kept out of training; measured apart, under new_wording/",
                value = "[kept_out_wording, unknown_eval_wording]")
        List<String> new_wording_splits,

        @Option(help = "Held-out prompts, JSONL: completed by sampling", must = Must.BE_A_FILE) @Nullable
        Path prompts,

        @Option(help = "Take this many of the prompts, evenly spread; 0: all", value = "0", min = 0)
        int max_prompts,

        @Option(help = "Reward model that scores the samples", must = Must.BE_A_MODEL) @Nullable
        Path reward_model,

        @Option(
                help =
                        "Reward model of another seed that nothing was trained against: reward gain and win rate once more",
                must = Must.BE_A_MODEL)
        @Nullable
        Path heldout_reward_model,

        @Option(help = "Name of the model that KL, reward gain and win rate are measured against") @Nullable
        String kl_reference,

        @Option(help = "Rankings people made, JSONL, that the reward model has not seen", must = Must.BE_A_FILE)
        @Nullable
        Path rankings,

        @Option(help = "Held-out text, .txt or .jsonl: perplexity", must = Must.BE_A_FILE) @Nullable
        Path documents,

        @Option(
                help = "Which part of the documents: all, or what pretrain with split: document kept out",
                value = "all",
                choices = {"all", "validation", "test"})
        String documents_part,

        @Option(help = "Seed of that pretraining", value = "0")
        long split_seed,

        @Option(help = "Samples a prompt", value = "2", min = 1)
        int num_samples,

        @Option(help = "Of the samples, and of the log-probabilities in KL", value = "1", min = 0, open = true)
        double temperature,

        @Option(
                help = "Tokens after which a completion is cut; left out: " + EvalOptions.MAX_NEW_TOKENS
                        + ", or what the longest prompt leaves of the model's positions if that is less",
                min = 1)
        @Nullable
        Integer max_new_tokens,

        @Option(help = "Completions written or scored together", value = "64", min = 1)
        int batch_size,

        @Option(help = "Of sampling", value = "0") long seed,

        @OptionGroup EngineOptions engine) {
    /** {@code max_new_tokens} where the model has room for it. */
    static final int MAX_NEW_TOKENS = 64;

    /** One of the models that are compared. */
    public record Model(
            @Option(help = "What it is called in tables and figures")
            String name,

            @Option(help = "Its checkpoint folder", must = Must.BE_A_MODEL)
            Path path,

            @Option(
                    help =
                            "For a model never taught to converse: text around {prompt}, such as \"Q: {prompt}\\nA:\"; the answer is one line")
            @Nullable
            String template) {
        /** @throws InputException if the name cannot be one, or the template has no place for the prompt */
        public Model {
            if (name.isBlank() || name.contains("/")) {
                throw new InputException("name: \"" + name + "\" must not be blank nor have a / in it");
            }
            if (template != null && !template.contains(ChatModel.PROMPT)) {
                throw new InputException("template: \"" + template + "\" has no " + ChatModel.PROMPT);
            }
        }
    }

    /** @throws InputException if options do not fit together */
    public EvalOptions {
        models = List.copyOf(models);
        new_wording_splits = List.copyOf(new_wording_splits);
        List<String> names = models.stream().map(Model::name).toList();
        if (names.isEmpty()) {
            throw new InputException("models: there is none");
        }
        if (names.stream().distinct().count() < names.size()) {
            throw new InputException("models: two have the same name: " + names);
        }
        requireOneOf("knowledge_reference", knowledge_reference, names);
        requireOneOf("kl_reference", kl_reference, names);
        if (questions == null && prompts == null && documents == null && rankings == null) {
            throw new InputException("nothing to measure; give questions, prompts, documents or rankings");
        }
        if (rankings != null && reward_model == null) {
            throw new InputException("rankings: measure a reward_model, and there is none");
        }
        if (heldout_reward_model != null && kl_reference == null) {
            throw new InputException(
                    "heldout_reward_model: measures what was gained over kl_reference, which is not given");
        }
        if (prompts == null && kl_reference != null) {
            throw new InputException("kl_reference: KL is measured on completions of prompts, and there are none");
        }
    }

    private static void requireOneOf(String option, @Nullable String name, List<String> names) {
        if (name != null && !names.contains(name)) {
            throw new InputException(option + ": \"" + name + "\" is none of the models " + names);
        }
    }
}

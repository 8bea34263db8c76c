package dev.rlhf.stages.batch;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import dev.rlhf.stage.OptionGroup;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Options of {@link Generate}. Prompts come from {@code prompt}, from {@code input}, or else from stdin, one a line. */
public record GenerateOptions(
        @Option(help = "Checkpoint folder of the model", must = Must.BE_A_MODEL)
        Path model_name_or_path,

        @Option(help = "The prompt; without it and without input, stdin has one a line") @Nullable
        String prompt,

        @Option(help = "JSONL with prompt, messages or input_ids a row", must = Must.BE_A_FILE) @Nullable
        Path input,

        @Option(help = "JSONL to write; without it completions are printed") @Nullable
        Path output,

        @Option(
                help = "Tokens after which a completion is cut; left out: " + GenerateOptions.MAX_NEW_TOKENS
                        + ", or what the longest prompt leaves of the model's positions if that is less",
                min = 1)
        @Nullable
        Integer max_new_tokens,

        @Option(help = "Tokens before which no end token is drawn", value = "0", min = 0)
        int min_new_tokens,

        @Option(help = "Of sampling; 0: the most likely token each time", value = "0", min = 0)
        double temperature,

        @Option(help = "Sample from the k most likely tokens; 0: from all", value = "0", min = 0)
        int top_k,

        @Option(
                help = "Sample from the fewest tokens whose probability reaches this; 1: from all",
                value = "1",
                min = 0,
                max = 1)
        double top_p,

        @Option(
                help = "Sample from tokens at least this times as likely as the likeliest; 0: from all",
                value = "0",
                min = 0,
                max = 1)
        double min_p,

        @Option(
                help = "Divides positive logits, multiplies negative ones of tokens seen, in prompt or completion; "
                        + "left out: what generation_config.json says, else 1",
                min = 0,
                open = true)
        @Nullable
        Double repetition_penalty,

        @Option(help = "Taken off the logits of tokens that the completion has", value = "0")
        double presence_penalty,

        @Option(help = "Taken off for each time that the completion has the token", value = "0")
        double frequency_penalty,

        @Option(help = "Words that are never written", value = "[]")
        List<String> bad_words,

        @Option(help = "The same as token ids, a list of lists", value = "[]")
        List<List<Integer>> bad_words_ids,

        @Option(help = "Tokens that end a completion; left out: those of the checkpoint") @Nullable
        List<Integer> eos_token_id,

        @Option(help = "Texts that end a completion and are left out of it", value = "[]")
        List<String> stop_strings,

        @Option(help = "Completions a prompt", value = "1", min = 1)
        int num_return_sequences,

        @Option(
                help = "Write this many and keep the num_return_sequences that the reward model scores best",
                value = "1",
                min = 1)
        int best_of,

        @Option(help = "Checkpoint folder of the reward model for best_of", must = Must.BE_A_MODEL) @Nullable
        Path reward_model_path,

        @Option(help = "Write the log-probability of each token, too", value = "false")
        boolean logprobs,

        @Option(help = "Continue the prompt as it is, without chat format", value = "false")
        boolean raw,

        @Option(help = "Completions written together", value = "16", min = 1)
        int batch_size,

        @Option(help = "Of sampling", value = "0") long seed,

        @OptionGroup EngineOptions engine) {
    /** {@code max_new_tokens} where the model has room for it. */
    static final int MAX_NEW_TOKENS = 64;

    /** @throws InputException if options exclude each other */
    public GenerateOptions {
        if (prompt != null && input != null) {
            throw new InputException("prompt: there is an input, too; give one of them");
        }
        if (Math.max(num_return_sequences, best_of) > 1 && temperature == 0) {
            throw new InputException("%s: %d completions at temperature 0 would be the same; set a temperature"
                    .formatted(
                            best_of > 1 ? "best_of" : "num_return_sequences", Math.max(num_return_sequences, best_of)));
        }
        if (best_of > 1 && reward_model_path == null) {
            throw new InputException("best_of: needs reward_model_path, the model that says which are best");
        }
        if (best_of == 1 && reward_model_path != null) {
            throw new InputException("reward_model_path: nothing to choose from; set best_of");
        }
        if (best_of > 1 && num_return_sequences > best_of) {
            throw new InputException(
                    "num_return_sequences: %d, but best_of %d makes fewer".formatted(num_return_sequences, best_of));
        }
        if (stop_strings.contains("") || bad_words.contains("")) {
            throw new InputException(
                    "%s: one of them is empty".formatted(stop_strings.contains("") ? "stop_strings" : "bad_words"));
        }
        if (min_new_tokens > (max_new_tokens == null ? MAX_NEW_TOKENS : max_new_tokens)) {
            throw new InputException("min_new_tokens: more than max_new_tokens");
        }
    }

    /** Completions that are written a prompt, whether or not they are kept. */
    int written() {
        return Math.max(num_return_sequences, best_of);
    }
}

package dev.rlhf.stages.batch;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.BatchSizeOptions;
import dev.rlhf.inference.EncoderOptions;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.SamplingOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import dev.rlhf.stage.OptionGroup;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Options of {@link Generate}. Prompts come from {@code prompt}, from {@code input}, or otherwise from stdin. */
public record GenerateOptions(
        @OptionGroup(help = "raw=continuation of the bare prompt, without chat format")
        EncoderOptions encoder,

        @OptionGroup(
                help = {
                    "prompt=prompt; without prompt and input, prompts are read from stdin, one per line",
                    "input=JSONL of prompts; each row has prompt, messages or input_ids"
                })
        PromptOptions source,

        @Option(help = "JSONL to write; omit to print completions") @Nullable
        Path output,

        @Option(help = "minimum tokens per completion, before which no end token is sampled", value = "0", min = 0)
        int min_new_tokens,

        @Option(help = "words that are never generated", value = "[]")
        List<String> bad_words,

        @Option(help = "sequences of token ids that are never generated, a list of lists", value = "[]")
        List<List<Integer>> bad_words_ids,

        @Option(help = "tokens that end a completion; omit for the checkpoint's") @Nullable
        List<Integer> eos_token_id,

        @Option(help = "completions per prompt", value = "1", min = 1)
        int num_return_sequences,

        @Option(
                help = "candidates per prompt, of which the reward model selects the num_return_sequences best",
                value = "1",
                min = 1)
        int best_of,

        @Option(help = "checkpoint folder of the reward model for best_of", must = Must.BE_A_MODEL) @Nullable
        Path reward_model_path,

        @Option(help = "log-probability of each token in the output", value = "false")
        boolean logprobs,

        @OptionGroup BatchSizeOptions batch,

        @OptionGroup(
                help = "max_new_tokens=maximum tokens per completion; omit for"
                        + " " + GenerateOptions.MAX_NEW_TOKENS
                        + ", or fewer if the longest prompt leaves the model fewer positions")
        SamplingOptions sampling,

        @OptionGroup EngineOptions engine) {
    /** Default of {@code max_new_tokens}, if the model has that many positions left. */
    static final int MAX_NEW_TOKENS = 64;

    /** @throws InputException if options exclude each other */
    public GenerateOptions {
        if (source.prompt() != null && source.input() != null) {
            throw new InputException("prompt: there is an input, too; give one of them");
        }
        if (Math.max(num_return_sequences, best_of) > 1 && sampling.temperature() == 0) {
            throw new InputException("%s: %d completions at temperature 0 would be the same; set a temperature"
                    .formatted(
                            best_of > 1 ? "best_of" : "num_return_sequences", Math.max(num_return_sequences, best_of)));
        }
        if (best_of > 1 && reward_model_path == null) {
            throw new InputException("best_of: needs reward_model_path, which scores the completions");
        }
        if (best_of == 1 && reward_model_path != null) {
            throw new InputException("reward_model_path: has no effect without best_of; set best_of");
        }
        if (best_of > 1 && num_return_sequences > best_of) {
            throw new InputException(
                    "num_return_sequences: %d is more than best_of %d".formatted(num_return_sequences, best_of));
        }
        if (bad_words.contains("")) {
            throw new InputException("bad_words: one of them is empty");
        }
        Integer most = sampling.completion().max_new_tokens();
        if (min_new_tokens > (most == null ? MAX_NEW_TOKENS : most)) {
            throw new InputException("min_new_tokens: more than max_new_tokens");
        }
    }

    /** Returns the number of completions generated per prompt, whether or not they are kept. */
    int completionsPerPrompt() {
        return Math.max(num_return_sequences, best_of);
    }
}

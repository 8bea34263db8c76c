package dev.rlhf.inference;

import dev.rlhf.base.InputException;
import dev.rlhf.generate.LogitRules;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Options for sampling tokens and ending completions, under the names of transformers' GenerationConfig. */
public record SamplingOptions(
        @OptionGroup CompletionOptions completion,

        @Option(help = "sampling temperature; 0 = greedy", value = "0", min = 0)
        double temperature,

        @Option(help = "number of most likely tokens to sample from; 0 = all", value = "0", min = 0)
        int top_k,

        @OptionGroup TopPOptions nucleus,

        @Option(
                help = "smallest probability of a sampled token, as a share of the most likely token's; 0 = all",
                value = "0",
                min = 0,
                max = 1)
        double min_p,

        @Option(
                help = "penalty of tokens in prompt or completion: divisor of positive logits, factor of negative"
                        + " ones; omit for that of generation_config.json, otherwise 1 = off",
                min = 1e-6,
                max = 1e6)
        @Nullable
        Double repetition_penalty,

        @Option(
                help = "penalty subtracted from the logit of each token that the completion contains",
                value = "0",
                min = -1e6,
                max = 1e6)
        double presence_penalty,

        @Option(
                help = "penalty subtracted from a token's logit per occurrence in the completion",
                value = "0",
                min = -1e6,
                max = 1e6)
        double frequency_penalty,

        @Option(help = "texts that end a completion and are left out of it", value = "[]")
        List<String> stop_strings) {
    /** @throws InputException if a stop string is empty */
    public SamplingOptions {
        if (stop_strings.contains("")) {
            throw new InputException("stop_strings: one of them is empty");
        }
    }

    /** Returns the rules for logits; an omitted repetition penalty is the checkpoint's. */
    public LogitRules rules(GenerationDefaults defaults, List<List<Integer>> badWords, int minNewTokens) {
        return new LogitRules(
                repetition_penalty == null ? defaults.repetitionPenalty() : repetition_penalty,
                presence_penalty,
                frequency_penalty,
                badWords,
                minNewTokens);
    }
}

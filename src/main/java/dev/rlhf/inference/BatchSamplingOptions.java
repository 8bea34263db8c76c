package dev.rlhf.inference;

import dev.rlhf.stage.Option;
import org.jspecify.annotations.Nullable;

/** Options of stages that draw several samples per prompt, under the names of transformers' GenerationConfig. */
public record BatchSamplingOptions(
        @Option(help = "sampling temperature", value = "1", min = 0, open = true)
        double temperature,

        @Option(help = "tokens after which a completion is cut", min = 1) @Nullable
        Integer max_new_tokens,

        @Option(help = "completions generated together", value = "64", min = 1)
        int batch_size,

        @Option(help = "sampling seed", value = "0") long seed) {

    /**
     * Returns the limit that {@code max_new_tokens} sets.
     *
     * @param byDefault its value if omitted
     */
    public TokenLimit limit(int byDefault) {
        return new TokenLimit("max_new_tokens", max_new_tokens, byDefault);
    }
}

package dev.rlhf.inference;

import dev.rlhf.stage.Option;
import org.jspecify.annotations.Nullable;

/** Length and randomness of completions. */
public record CompletionOptions(
        @Option(help = "tokens after which a completion is cut", min = 1) @Nullable
        Integer max_new_tokens,

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

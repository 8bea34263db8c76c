package dev.rlhf.inference;

import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
import dev.rlhf.stage.SeedOptions;
import org.jspecify.annotations.Nullable;

/** Length and randomness of completions. */
public record CompletionOptions(
        @Option(help = "maximum tokens per completion", min = 1) @Nullable
        Integer max_new_tokens,

        @OptionGroup(help = "seed=sampling seed") SeedOptions random) {

    /** Returns {@link SeedOptions#seed}. */
    public long seed() {
        return random.seed();
    }

    /**
     * Returns the limit that {@code max_new_tokens} sets.
     *
     * @param defaultValue its value if omitted
     */
    public TokenLimit limit(int defaultValue) {
        return new TokenLimit("max_new_tokens", max_new_tokens, defaultValue);
    }
}

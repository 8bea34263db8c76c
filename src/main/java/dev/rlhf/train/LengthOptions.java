package dev.rlhf.train;

import dev.rlhf.stage.Option;
import org.jspecify.annotations.Nullable;

/** Limits of the rows trained on. */
public record LengthOptions(
        @Option(
                help = "maximum tokens per row; omit for " + LengthOptions.MAX_LENGTH
                        + ", or fewer if the model has fewer positions",
                min = 2)
        @Nullable
        Integer max_length,

        @Option(help = "largest share of rows that may be dropped or truncated", value = "0.05", min = 0, max = 1)
        double max_lost) {
    /** Default of {@code max_length} if the model has enough positions. */
    public static final int MAX_LENGTH = 1024;
}

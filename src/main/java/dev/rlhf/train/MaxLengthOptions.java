package dev.rlhf.train;

import dev.rlhf.stage.Option;
import org.jspecify.annotations.Nullable;

/** The option for the maximum length of training rows. */
public record MaxLengthOptions(
        @Option(
                help = "maximum tokens per row; omit for " + MaxLengthOptions.MAX_LENGTH
                        + ", or fewer if the model has fewer positions",
                min = 2)
        @Nullable
        Integer max_length) {
    /** Default of {@code max_length} if the model has enough positions. */
    public static final int MAX_LENGTH = 1024;
}

package dev.rlhf.train;

import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
import org.jspecify.annotations.Nullable;

/** Options that limit the length of training rows. */
public record LengthOptions(
        @OptionGroup MaxLengthOptions max,

        @Option(help = "largest share of rows that may be dropped or truncated", value = "0.05", min = 0, max = 1)
        double max_lost) {

    /** Returns {@link MaxLengthOptions#max_length}. */
    public @Nullable Integer max_length() {
        return max.max_length();
    }
}

package dev.rlhf.train;

import dev.rlhf.stage.Option;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Options for the held-out data that a run is evaluated on. */
public record HeldOutOptions(
        @Option(help = "JSONL of held-out rows; omit for eval_fraction of the data", must = Option.Must.BE_A_FILE)
        @Nullable
        Path eval_dataset,

        @Option(
                help = "share of prompts held out for evaluation without eval_dataset",
                value = "0.05",
                min = 0,
                max = 0.9)
        double eval_fraction) {
    /** What {@link #given} asks for, for messages. */
    public static final String NEEDED = "eval_dataset or eval_fraction";

    /** Returns whether the run is evaluated. */
    public boolean given() {
        return eval_dataset != null || eval_fraction > 0;
    }
}

package dev.rlhf.train;

import dev.rlhf.stage.Option;
import java.nio.file.Path;

/**
 * One data set of a mixture.
 *
 * @param weight 1: every row once per epoch; 2: twice; 0.5: every other row
 */
public record WeightedDataset(
        @Option(help = "JSONL file", must = Option.Must.BE_A_FILE)
        Path path,

        @Option(help = "times its rows are seen per epoch", value = "1.0", min = 0, open = true)
        double weight) {}

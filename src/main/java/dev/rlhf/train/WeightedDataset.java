package dev.rlhf.train;

import dev.rlhf.base.InputException;
import dev.rlhf.stage.Option;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One data set of a mixture.
 *
 * @param weight 1: every row once per epoch; 2: twice; 0.5: every other row
 */
public record WeightedDataset(
        @Option(help = "JSONL file", must = Option.Must.BE_A_FILE)
        Path path,

        @Option(help = "times its rows are seen per epoch", value = "1.0", min = 0, open = true)
        double weight) {
    /**
     * Returns {@code datasets}, or {@code dataset} with weight 1.
     *
     * @throws InputException if both are given, or neither is
     */
    public static List<WeightedDataset> of(@Nullable Path dataset, @Nullable List<WeightedDataset> datasets) {
        boolean several = datasets != null && !datasets.isEmpty();
        if (dataset != null && !several) {
            return List.of(new WeightedDataset(dataset, 1));
        }
        if (dataset == null && several) {
            return List.copyOf(datasets);
        }
        throw new InputException("give either dataset or datasets");
    }
}

package dev.rlhf.train;

import dev.rlhf.base.InputException;
import dev.rlhf.stage.Option;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Options for one data set or a mixture of several. */
public record DatasetOptions(
        @Option(help = "JSONL to train on", must = Option.Must.BE_A_FILE) @Nullable
        Path dataset,

        @Option(help = "several JSONL files instead of dataset, mixed by weight") @Nullable
        List<WeightedDataset> datasets) {
    /** @throws InputException if both are given, or neither is */
    public DatasetOptions {
        if ((dataset == null) == (datasets == null || datasets.isEmpty())) {
            throw new InputException("give either dataset or datasets");
        }
    }

    /** Returns {@code datasets}, or {@code dataset} with weight 1. */
    public List<WeightedDataset> all() {
        return dataset != null || datasets == null
                ? List.of(new WeightedDataset(Objects.requireNonNull(dataset), 1))
                : List.copyOf(datasets);
    }
}

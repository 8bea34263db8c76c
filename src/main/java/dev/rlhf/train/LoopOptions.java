package dev.rlhf.train;

import dev.rlhf.checkpoint.ShardSize;
import dev.rlhf.stage.Option;
import java.nio.file.Path;

/** Options of every training run: its folder, how often it logs and saves, and its randomness. */
public record LoopOptions(
        @Option(help = "output folder") Path output_dir,

        @Option(help = "steps between rows of metrics.jsonl", value = "10", min = 1)
        int logging_steps,

        @Option(help = "steps between saved states; 0: only when interrupted", value = "0", min = 0)
        int save_steps,

        @Option(help = "largest weight file of the saved model, such as 5GB or 500MB", value = ShardSize.DEFAULT)
        String max_shard_size,

        @Option(help = "random seed", value = "0") long seed) {
    public LoopOptions {
        ShardSize.parse(max_shard_size);
    }
}

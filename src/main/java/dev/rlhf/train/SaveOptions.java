package dev.rlhf.train;

import dev.rlhf.checkpoint.ShardSize;
import dev.rlhf.stage.Option;

/** The option of stages that save a model. */
public record SaveOptions(
        @Option(help = "largest weight file of the saved model, such as 5GB or 500MB", value = ShardSize.DEFAULT)
        String max_shard_size) {
    public SaveOptions {
        ShardSize.parse(max_shard_size);
    }
}

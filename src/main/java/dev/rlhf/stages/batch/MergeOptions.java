package dev.rlhf.stages.batch;

import dev.rlhf.checkpoint.ShardSize;
import dev.rlhf.stage.Option;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Options of {@link Merge}. */
public record MergeOptions(
        @Option(help = "folder that everything is written to; the checkpoint in its model/")
        Path output_dir,

        @Option(help = "adapter folder, as PEFT or a LoRA run writes it", must = Option.Must.BE_A_MODEL)
        Path model_name_or_path,

        @Option(
                help = "what weights are stored as; left out: as the base has them",
                choices = {"float32", "bfloat16", "float16"})
        @Nullable
        String dtype,

        @Option(help = "most bytes of one weight file of the saved model, as 5GB or 500MB", value = ShardSize.DEFAULT)
        String max_shard_size) {
    public MergeOptions {
        ShardSize.parse(max_shard_size);
    }
}

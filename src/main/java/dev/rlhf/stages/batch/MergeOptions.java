package dev.rlhf.stages.batch;

import dev.rlhf.checkpoint.ShardSize;
import dev.rlhf.stage.Option;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Options of {@link Merge}. */
public record MergeOptions(
        @Option(help = "output folder; the checkpoint is written to model/ in it")
        Path output_dir,

        @Option(help = "adapter folder, of PEFT or of a LoRA run", must = Option.Must.BE_A_MODEL)
        Path model_name_or_path,

        @Option(
                help = "dtype of the stored weights; omit for the base's",
                choices = {"float32", "bfloat16", "float16"})
        @Nullable
        String dtype,

        @Option(help = "largest weight file of the saved model, such as 5GB or 500MB", value = ShardSize.DEFAULT)
        String max_shard_size) {
    public MergeOptions {
        ShardSize.parse(max_shard_size);
    }
}

package dev.rlhf.train;

import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
import dev.rlhf.stage.OutputOptions;
import dev.rlhf.stage.SeedOptions;
import java.nio.file.Path;

/** Options of every training run: its folder, how often it logs and saves, and its randomness. */
public record LoopOptions(
        @OptionGroup OutputOptions output,

        @Option(help = "steps between rows of metrics.jsonl", value = "10", min = 1)
        int logging_steps,

        @Option(help = "steps between saved states; 0: only when interrupted", value = "0", min = 0)
        int save_steps,

        @OptionGroup SaveOptions save,

        @OptionGroup SeedOptions random) {

    /** Returns {@link OutputOptions#output_dir}. */
    public Path output_dir() {
        return output.output_dir();
    }

    /** Returns {@link SaveOptions#max_shard_size}. */
    public String max_shard_size() {
        return save.max_shard_size();
    }

    /** Returns {@link SeedOptions#seed}. */
    public long seed() {
        return random.seed();
    }
}

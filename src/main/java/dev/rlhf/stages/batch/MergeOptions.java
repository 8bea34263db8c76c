package dev.rlhf.stages.batch;

import dev.rlhf.inference.ModelOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
import dev.rlhf.stage.OutputOptions;
import dev.rlhf.train.SaveOptions;

/** Options of {@link Merge}. */
public record MergeOptions(
        @OptionGroup(help = "output_dir=output folder; the checkpoint is written to model/ in it")
        OutputOptions output,

        @OptionGroup(help = "model_name_or_path=adapter folder, of PEFT or of a LoRA run")
        ModelOptions model,

        @Option(
                help = "dtype of the stored weights; auto = the base's",
                value = "auto",
                choices = {"auto", "float32", "bfloat16", "float16"})
        String dtype,

        @OptionGroup SaveOptions save) {}

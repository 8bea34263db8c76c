package dev.rlhf.stages.supervised;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
import dev.rlhf.train.LoopOptions;
import dev.rlhf.train.OptimizerOptions;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options of {@link Pretrain}. */
public record PretrainOptions(
        @Option(help = "text to train on: .txt or JSONL with a text a line", must = Option.Must.BE_A_FILE)
        Path dataset,

        @Option(help = "checkpoint folder to go on from; leave out for a new model", must = Option.Must.BE_A_MODEL)
        @Nullable
        Path model_name_or_path,

        @Option(help = "config.json of a new model, as keys and values (model_type, sizes)") @Nullable
        Map<String, Object> config,

        @Option(
                help = "tokenizer of a new model",
                value = "bpe",
                choices = {"bpe", "char", "folder"})
        String tokenizer,

        @Option(help = "folder with tokenizer.json, for tokenizer: folder", must = Option.Must.BE_A_MODEL) @Nullable
        Path tokenizer_path,

        @Option(
                help = "tokens of a bpe tokenizer to train, special ones included",
                value = "4096",
                min = 260,
                max = 1_000_000)
        int vocab_size,

        @Option(
                help = "document: 80/10/10 by document; contiguous: the last tenth of the text validates, as nanoGPT",
                value = "document",
                choices = {"document", "contiguous", "none"})
        String split,

        @Option(
                help = "tokens per row; left out: " + PretrainOptions.BLOCK_SIZE
                        + ", or the model's positions if fewer",
                min = 2,
                max = 1_000_000)
        @Nullable
        Integer block_size,

        @Option(help = "optimizer steps", value = "1000", min = 1)
        int max_steps,

        @Option(help = "rows a forward pass", value = "16", min = 1)
        int per_device_train_batch_size,

        @Option(help = "forward passes an optimizer step", value = "1", min = 1)
        int gradient_accumulation_steps,

        @Option(help = "steps between evaluations; 0: at the end only", value = "250", min = 0)
        int eval_steps,

        @Option(help = "rows an evaluation looks at; 0: the whole validation part", value = "0", min = 0)
        int eval_rows,

        @OptionGroup(
                defaults = {
                    "learning_rate=1e-3",
                    "lr_scheduler_type=cosine_with_min_lr",
                    "lr_scheduler_kwargs={min_lr_rate: 0.1}",
                    "warmup_steps=100",
                    "weight_decay=0.1",
                    "adam_beta2=0.95"
                })
        OptimizerOptions optimizer,

        @OptionGroup LoopOptions loop,

        @OptionGroup EngineOptions engine) {
    /** {@code block_size} where the model has room for it. */
    static final int BLOCK_SIZE = 128;

    public PretrainOptions {
        if ((model_name_or_path == null) == (config == null)) {
            throw new InputException("give either model_name_or_path (to go on) or config (a new model)");
        }
        if (tokenizer.equals("folder") && tokenizer_path == null) {
            throw new InputException("tokenizer: folder needs tokenizer_path");
        }
    }
}

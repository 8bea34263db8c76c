package dev.rlhf.stages.supervised;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.model.Families;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
import dev.rlhf.train.LoopOptions;
import dev.rlhf.train.MemoryOptions;
import dev.rlhf.train.OptimizerOptions;
import dev.rlhf.train.StepOptions;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options of {@link Pretrain}. */
public record PretrainOptions(
        @Option(help = "text to train on: .txt, or JSONL with one text per line", must = Option.Must.BE_A_FILE)
        Path dataset,

        @Option(help = "checkpoint folder to continue from; omit for a new model", must = Option.Must.BE_A_MODEL)
        @Nullable
        Path model_name_or_path,

        @Option(help = "config.json of a new model, as keys and values (model_type, sizes)") @Nullable
        Map<String, Object> config,

        @Option(
                help = "tokenizer of a new model",
                value = "bpe",
                choices = {"bpe", "char", "folder"})
        String tokenizer,

        @Option(help = "folder with tokenizer.json, if tokenizer is folder", must = Option.Must.BE_A_MODEL) @Nullable
        Path tokenizer_path,

        @Option(
                help = "vocabulary size of a new bpe tokenizer, special tokens included",
                value = "4096",
                min = 260,
                max = 1_000_000)
        int vocab_size,

        @Option(
                help = "document: 80/10/10 by document; contiguous: last tenth of the text for validation, as in "
                        + "nanoGPT; none: everything for training",
                value = "document",
                choices = {"document", "contiguous", "none"})
        String split,

        @Option(
                help = "tokens per row; omit for " + PretrainOptions.BLOCK_SIZE
                        + ", or fewer if the model has fewer positions",
                min = 2,
                max = 1_000_000)
        @Nullable
        Integer block_size,

        @Option(help = "optimizer steps", value = "1000", min = 1)
        int max_steps,

        @OptionGroup(defaults = {"per_device_train_batch_size=16", "eval_steps=250"})
        StepOptions steps,

        @Option(help = "rows per evaluation; 0: the whole validation part", value = "0", min = 0)
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

        @OptionGroup MemoryOptions memory,

        @OptionGroup LoopOptions loop,

        @OptionGroup EngineOptions engine) {
    /** Default of {@code block_size} if the model has enough positions. */
    static final int BLOCK_SIZE = 128;

    public PretrainOptions {
        if ((model_name_or_path == null) == (config == null)) {
            throw new InputException("give either model_name_or_path (to continue training) or config (a new model)");
        }
        if (tokenizer.equals("folder") && tokenizer_path == null) {
            throw new InputException("tokenizer: folder needs tokenizer_path");
        }
        if (!tokenizer.equals("folder") && tokenizer_path != null) {
            throw new InputException(
                    "tokenizer_path: has no effect with tokenizer: %s; set tokenizer: folder".formatted(tokenizer));
        }
        if (model_name_or_path != null && !tokenizer.equals("bpe")) {
            throw new InputException("tokenizer: model_name_or_path has its own; leave this out");
        }
        engine.requireUnquantized("use sft with use_peft: true to train adapters on frozen weights");
        if (config != null) {
            check(config);
        }
    }

    /** Refuses a wrong config before the run. The tokenizer, and with it the vocabulary's size, may not exist yet. */
    private static void check(Map<String, Object> config) {
        ObjectNode json = Json.mapper().valueToTree(config);
        if (!json.has("vocab_size")) {
            json.put("vocab_size", Integer.MAX_VALUE);
        }
        Families.readNew(json, "config");
    }
}

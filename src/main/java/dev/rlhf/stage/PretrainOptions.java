package dev.rlhf.stage;

import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.ShardSize;
import dev.rlhf.train.LrSchedulerType;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options of {@link Pretrain}. */
public record PretrainOptions(
        @Option(help = "folder that everything is written to")
        Path output_dir,

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

        @Option(help = "tokens a row", value = "128", min = 2, max = 1_000_000)
        int block_size,

        @Option(help = "optimizer steps", value = "1000", min = 1)
        int max_steps,

        @Option(help = "rows a forward pass", value = "16", min = 1)
        int per_device_train_batch_size,

        @Option(help = "forward passes an optimizer step", value = "1", min = 1)
        int gradient_accumulation_steps,

        @Option(help = "peak learning rate", value = "1e-3", min = 0, open = true)
        double learning_rate,

        @Option(help = "how the learning rate runs", value = "cosine_with_min_lr")
        LrSchedulerType lr_scheduler_type,

        @Option(help = "arguments of the schedule: min_lr_rate, num_decay_steps, …", value = "{min_lr_rate: 0.1}")
        Map<String, Object> lr_scheduler_kwargs,

        @Option(help = "steps until the peak", value = "100", min = 0)
        int warmup_steps,

        @Option(help = "of matrices, not of norms and biases", value = "0.1", min = 0)
        double weight_decay,

        @Option(help = "first moment's memory", value = "0.9", min = 0, max = 1)
        double adam_beta1,

        @Option(help = "second moment's memory", value = "0.95", min = 0, max = 1)
        double adam_beta2,

        @Option(help = "added to the root of the second moment", value = "1e-8", min = 0)
        double adam_epsilon,

        @Option(help = "gradients are scaled down to this joint L2 norm; 0: off", value = "1.0", min = 0)
        double max_grad_norm,

        @Option(help = "steps between lines of metrics.jsonl", value = "10", min = 1)
        int logging_steps,

        @Option(help = "steps between evaluations; 0: at the end only", value = "250", min = 0)
        int eval_steps,

        @Option(help = "rows an evaluation looks at; 0: the whole validation part", value = "0", min = 0)
        int eval_rows,

        @Option(help = "steps between saved states; 0: only when interrupted", value = "0", min = 0)
        int save_steps,

        @Option(help = "most bytes of one weight file of the saved model, as 5GB or 500MB", value = ShardSize.DEFAULT)
        String max_shard_size,

        @Option(help = "decides everything random", value = "0")
        long seed,

        @Option(help = "auto, cpu, cuda or cuda:N", value = "auto")
        String device,

        @Option(
                help = "of activations; weights are trained in fp32",
                value = "float32",
                choices = {"float32", "bfloat16"})
        String dtype) {
    public PretrainOptions {
        ShardSize.parse(max_shard_size);
        if ((model_name_or_path == null) == (config == null)) {
            throw new InputException("give either model_name_or_path (to go on) or config (a new model)");
        }
        if (tokenizer.equals("folder") && tokenizer_path == null) {
            throw new InputException("tokenizer: folder needs tokenizer_path");
        }
    }
}

package dev.rlhf.recipe.options;

import java.util.Collection;
import java.util.Map;
import java.util.Set;

/** Options of TRL's trainers that have another name here, or none: docs/how-to/come-from-trl.md. */
public final class TrlOptions {
    private static final Map<String, String> RENAMED = Map.of(
            "dataset_name", "dataset",
            "sft_model_path", "model_name_or_path",
            "torch_dtype", "dtype",
            "local_rollout_forward_batch_size", "per_device_train_batch_size");

    private static final String ANSWERS = "the loss covers the assistant's tokens alone";
    private static final String DTYPE = "set dtype";
    private static final String SPLIT = "give eval_dataset, or eval_fraction of the rows are held out";
    private static final String END = "answers end with the token that the chat template writes";

    private static final Map<String, String> WITHOUT = Map.ofEntries(
            Map.entry("assistant_only_loss", ANSWERS),
            Map.entry("completion_only_loss", ANSWERS),
            Map.entry("bf16", DTYPE),
            Map.entry("fp16", DTYPE),
            Map.entry("dataset_train_split", SPLIT),
            Map.entry("dataset_test_split", SPLIT),
            Map.entry("eos_token", END),
            Map.entry("stop_token", END),
            Map.entry("stop_token_id", END),
            Map.entry("chat_template_path", "put the template into the model's folder, as chat_template.jinja"),
            Map.entry("eval_strategy", "set eval_steps"),
            Map.entry("save_strategy", "set save_steps"),
            Map.entry(
                    "gradient_accumulation_steps", "set num_mini_batches, the optimizer steps per epoch of a rollout"),
            Map.entry("num_train_epochs", "set total_episodes"),
            Map.entry("report_to", "metrics.jsonl and TensorBoard's files are always written"),
            Map.entry("resume_from_checkpoint", "the same command resumes"),
            Map.entry("overwrite_output_dir", "--redo repeats a finished stage"),
            Map.entry("use_dora", "adapters are plain LoRA or use_rslora"));

    private static final Set<String> FLAGS =
            Set.of("assistant_only_loss", "completion_only_loss", "bf16", "fp16", "overwrite_output_dir", "use_dora");

    private TrlOptions() {}

    /**
     * Completes the sentence "unknown option…" for an option of TRL; empty for other words.
     *
     * @param options the names of the stage's options
     */
    static String hint(String name, Collection<String> options) {
        String renamed = RENAMED.getOrDefault(name, "");
        return options.contains(renamed)
                ? "; did you mean " + renamed + "?"
                : WITHOUT.containsKey(name) ? "; " + WITHOUT.get(name) : "";
    }

    /** Returns whether this is an option of TRL that {@link #hint} explains and that needs no value there. */
    public static boolean isFlag(String name) {
        return FLAGS.contains(name);
    }
}

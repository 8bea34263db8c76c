package dev.rlhf.stages.chat;

import dev.rlhf.inference.EngineOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import dev.rlhf.stage.OptionGroup;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Options of {@link TerminalChat}. */
public record ChatOptions(
        @Option(help = "Checkpoint folder of the model", must = Must.BE_A_MODEL)
        Path model_name_or_path,

        @Option(help = "What the model is told before the conversation; /system changes it") @Nullable
        String system,

        @Option(
                help = "Tokens after which an answer is cut; left out: " + ChatOptions.MAX_NEW_TOKENS
                        + ", or what the conversation leaves of the model's positions if that is less",
                min = 1)
        @Nullable
        Integer max_new_tokens,

        @Option(
                help = "Of sampling; 0: the most likely token each time; /temperature changes it",
                value = "0.7",
                min = 0)
        double temperature,

        @Option(help = "Sample from the k most likely tokens; 0: from all", value = "0", min = 0)
        int top_k,

        @Option(
                help = "Sample from the fewest tokens whose probability reaches this; 1: from all",
                value = "1",
                min = 0,
                max = 1)
        double top_p,

        @Option(
                help = "Sample from tokens at least this times as likely as the likeliest; 0: from all",
                value = "0",
                min = 0,
                max = 1)
        double min_p,

        @Option(help = "As of rlhf generate; left out: what generation_config.json says, else 1", min = 0, open = true)
        @Nullable
        Double repetition_penalty,

        @Option(help = "Taken off the logits of tokens that the answer has", value = "0")
        double presence_penalty,

        @Option(help = "Taken off for each time that the answer has the token", value = "0")
        double frequency_penalty,

        @Option(help = "Texts that end an answer and are left out of it", value = "[]")
        List<String> stop_strings,

        @Option(help = "Say tokens and speed after each answer", value = "false")
        boolean verbose,

        @Option(help = "Of sampling", value = "0") long seed,

        @OptionGroup EngineOptions engine) {
    /** {@code max_new_tokens} where the model has room for it. */
    static final int MAX_NEW_TOKENS = 512;
}

package dev.rlhf.stages.chat;

import dev.rlhf.inference.ConversationOptions;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.ModelOptions;
import dev.rlhf.inference.SamplingOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;

/** Options of {@link TerminalChat}. */
public record ChatOptions(
        @OptionGroup ModelOptions model,

        @OptionGroup(help = "system=system message at the start of the conversation; /system changes it")
        ConversationOptions conversation,

        @Option(help = "tokens and speed after each answer", value = "false")
        boolean verbose,

        @OptionGroup(
                defaults = "temperature=0.7",
                help = {
                    "max_new_tokens=maximum tokens per answer; omit for " + ChatOptions.MAX_NEW_TOKENS
                            + ", or fewer if the conversation leaves the model fewer positions",
                    "temperature=sampling temperature; 0 = greedy; /temperature changes it"
                })
        SamplingOptions sampling,

        @OptionGroup EngineOptions engine) {
    /** Default of {@code max_new_tokens}, if the model has that many positions left. */
    static final int MAX_NEW_TOKENS = 512;
}

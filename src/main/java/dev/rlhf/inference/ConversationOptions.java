package dev.rlhf.inference;

import dev.rlhf.stage.Option;
import org.jspecify.annotations.Nullable;

/**
 * Options of stages that encode conversations in a model's chat format. All stages of a model need the same values,
 * because a model that was trained with a system message behaves differently without it.
 */
public record ConversationOptions(
        @Option(
                help = "system message for conversations without one, \"\" for an empty one; omit to leave"
                        + " this to the chat template")
        @Nullable
        String system) {}

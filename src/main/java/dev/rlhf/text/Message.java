package dev.rlhf.text;

import java.util.Set;

/**
 * One turn of a conversation.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 * @param content what was said; markers in it are text
 */
public record Message(String role, String content) {
    /** The roles there are. */
    public static final Set<String> ROLES = Set.of("system", "user", "assistant");

    public Message {
        if (!ROLES.contains(role)) {
            throw new IllegalArgumentException("role must be system, user or assistant, not " + role);
        }
    }

    public static Message system(String content) {
        return new Message("system", content);
    }

    public static Message user(String content) {
        return new Message("user", content);
    }

    public static Message assistant(String content) {
        return new Message("assistant", content);
    }

    /** Whether the model says this, rather than reads it. */
    public boolean byAssistant() {
        return role.equals("assistant");
    }
}

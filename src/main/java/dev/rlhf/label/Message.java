package dev.rlhf.label;

import java.util.Set;

/**
 * One turn of a conversation.
 *
 * @param role {@code system}, {@code user}, {@code assistant} or {@code tool}
 */
public record Message(String role, String content) {
    private static final Set<String> ROLES = Set.of("system", "user", "assistant", "tool");

    /** @throws IllegalArgumentException if the role is none of the four */
    public Message {
        if (!ROLES.contains(role)) {
            throw new IllegalArgumentException(
                    "role '" + role + "' is unknown; use one of system, user, assistant, tool");
        }
    }
}

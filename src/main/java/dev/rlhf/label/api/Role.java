package dev.rlhf.label.api;

import java.util.Locale;

/**
 * The role of a signed-in user. A labeler ranks; an admin manages the project and does not rank, because an admin sees
 * the labels of others.
 */
public enum Role {
    LABELER,
    ADMIN;

    /** Returns the word used in JSON and in the store: {@code labeler} or {@code admin}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the role that a word of the store names. */
    public static Role of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}

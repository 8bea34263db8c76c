package dev.rlhf.label.api;

import java.util.Locale;

/**
 * What somebody who is signed in may do. A labeler ranks; an admin leads and does not rank, for who sees all labels is
 * not blind.
 */
public enum Role {
    LABELER,
    ADMIN;

    /** The word in JSON and in the store: {@code labeler} or {@code admin}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role a word of the store names. */
    public static Role of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}

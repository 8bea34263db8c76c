package dev.rlhf.label;

import java.util.Arrays;
import java.util.Locale;

/** A labeler's verdict on an answer, with the words of {@code rlhf judge}. */
public enum Verdict {
    CORRECT,
    REFUSED,
    WRONG;

    /** Returns the word used in JSON and in the store: {@code correct}, {@code refused} or {@code wrong}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the verdict that a word names, in any case.
     *
     * @throws IllegalArgumentException if there is no such verdict
     */
    public static Verdict of(String word) {
        return Arrays.stream(values())
                .filter(verdict -> verdict.word().equals(word.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "verdict '" + word + "' is unknown; use correct, refused or wrong"));
    }
}

package dev.rlhf.data;

import java.util.Arrays;
import java.util.Locale;

/** A verdict on an answer, by a labeler or by the judge, in order of preference. */
public enum Verdict {
    /** An accepted answer is given, and no other. */
    CORRECT,
    /** The speaker says that the answer is not known, or declines. */
    REFUSED,
    /** Anything else: a wrong answer, two answers, or nothing. */
    WRONG;

    /** Returns the word used in JSON and in the store: {@code correct}, {@code refused} or {@code wrong}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the verdict that a word names; upper and lower case are equal.
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

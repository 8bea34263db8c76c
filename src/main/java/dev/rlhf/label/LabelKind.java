package dev.rlhf.label;

import java.util.Arrays;
import java.util.Locale;

/**
 * The kind of a label: a ranking, a verdict on the answer of a judging task, or the reason why there is neither. Only
 * rankings and verdicts count towards the task's overlap.
 */
public enum LabelKind {
    RANKING,
    VERDICT,
    SKIP,
    CANNOT_JUDGE;

    /** Returns whether a label of this kind counts towards the task's overlap. */
    public boolean takesPlace() {
        return this == RANKING || this == VERDICT;
    }

    /** Returns the word used in JSON and in the store. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the kind that a word names.
     *
     * @throws IllegalArgumentException if there is no such kind
     */
    public static LabelKind of(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "kind '" + word + "' is unknown; use ranking, verdict, skip or cannot_judge"));
    }
}

package dev.rlhf.label;

import java.util.Arrays;
import java.util.Locale;

/** What a label says: an order, or why there is none. Only a ranking takes a place of the task. */
public enum LabelKind {
    RANKING,
    SKIP,
    CANNOT_JUDGE;

    /** The word in JSON and in the store. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The kind that a word names.
     *
     * @throws IllegalArgumentException if it names none
     */
    public static LabelKind of(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "kind '" + word + "' is unknown; use ranking, skip or cannot_judge"));
    }
}

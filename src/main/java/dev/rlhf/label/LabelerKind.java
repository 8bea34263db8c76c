package dev.rlhf.label;

import java.util.Arrays;
import java.util.Locale;

/**
 * Whether a labeler is a person or simulated. Simulated rankings are marked as such in the store and in rankings files.
 */
public enum LabelerKind {
    PERSON,
    SIMULATED;

    /** Returns the word used in JSON and in the store: {@code person} or {@code simulated}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the kind that a word names.
     *
     * @throws IllegalArgumentException if there is no such kind
     */
    public static LabelerKind of(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("kind '" + word + "' is unknown; use person or simulated"));
    }
}

package dev.rlhf.label;

import java.util.Arrays;
import java.util.Locale;

/** Who ranked. A simulated labeler is named as such wherever its rankings go. */
public enum LabelerKind {
    PERSON,
    SIMULATED;

    /** The word in JSON and in the store: {@code person} or {@code simulated}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The kind that a word names.
     *
     * @throws IllegalArgumentException if it names none
     */
    public static LabelerKind of(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("kind '" + word + "' is unknown; use person or simulated"));
    }
}

package dev.rlhf.label;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A ranking as the labeler sends it.
 *
 * @param key made by the client, one for each act of submitting; sending it again changes nothing
 * @param ranks competition ranks in the order shown
 * @param seconds active time, if measured
 * @param guideline version of the guidelines that were on the screen, if any
 */
public record Submission(
        String key,
        List<Integer> ranks,
        @Nullable Double seconds,
        @Nullable String guideline) {
    /** @throws IllegalArgumentException if the key or the seconds cannot be */
    public Submission {
        ranks = List.copyOf(ranks);
        if (!key.matches("[A-Za-z0-9_-]{8,64}")) {
            throw new IllegalArgumentException("\"key\" has 8 to 64 letters, digits, - or _");
        }
        if (seconds != null && !(seconds >= 0 && seconds < 1e6)) {
            throw new IllegalArgumentException("\"seconds\" is a time, 0 to 1000000");
        }
    }
}

package dev.rlhf.label.api;

import dev.rlhf.label.Judgement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A label as the labeler sends it, in the order shown.
 *
 * @param key made by the client, one for each act of submitting; sending it again changes nothing
 */
public record Submission(String key, Judgement judgement) {
    /** @throws IllegalArgumentException if the key cannot be one */
    public Submission {
        if (!key.matches("[A-Za-z0-9_-]{8,64}")) {
            throw new IllegalArgumentException("\"key\" has 8 to 64 letters, digits, - or _");
        }
    }

    /** A ranking with nothing beside the order. */
    public Submission(String key, List<Integer> ranks, @Nullable Double seconds, @Nullable String guideline) {
        this(key, Judgement.ranking(ranks).with(seconds, guideline));
    }
}

package dev.rlhf.label.api;

import dev.rlhf.label.Judgement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A label as sent by the labeler, in the order shown.
 *
 * @param key chosen by the client for one submission; sending it again changes nothing
 */
public record Submission(String key, Judgement judgement) {
    /** @throws IllegalArgumentException if the key is not valid */
    public Submission {
        if (!key.matches("[A-Za-z0-9_-]{8,64}")) {
            throw new IllegalArgumentException("\"key\" has 8 to 64 letters, digits, - or _");
        }
    }

    /** Returns a submission of a ranking that gives the order alone. */
    public Submission(String key, List<Integer> ranks, @Nullable Double seconds, @Nullable String guideline) {
        this(key, Judgement.ranking(ranks).with(seconds, guideline));
    }
}

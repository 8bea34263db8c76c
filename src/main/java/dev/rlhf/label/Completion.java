package dev.rlhf.label;

import org.jspecify.annotations.Nullable;

/**
 * One answer to a prompt.
 *
 * @param id unique within its task
 * @param model the model that wrote it, if known; never shown to labelers
 * @param ended false if it was truncated at {@code max_new_tokens}; true if it ended by itself or this is not known
 */
public record Completion(String id, String text, @Nullable String model, boolean ended) {
    /** Returns a completion that ended by itself, as far as is known. */
    public Completion(String id, String text, @Nullable String model) {
        this(id, text, model, true);
    }
}

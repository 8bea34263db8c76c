package dev.rlhf.data;

import org.jspecify.annotations.Nullable;

/**
 * A row with the place it was read from and its id.
 *
 * @param id as the file has it; null if it has none
 */
public record Located<T>(T row, Origin origin, @Nullable String id) {
    /** Returns what {@code row} says of itself around a parsed row. */
    static <T> Located<T> of(JsonRow row, T parsed) {
        return new Located<>(parsed, row.origin(), row.id());
    }
}

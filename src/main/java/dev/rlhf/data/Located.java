package dev.rlhf.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A parsed row with its file, line and id.
 *
 * @param id as in the file; null if absent
 */
public record Located<T>(T row, Origin origin, @Nullable String id) {
    /** Returns a parsed row with the file, line and id of {@code row}. */
    static <T> Located<T> of(JsonRow row, T parsed) {
        return new Located<>(parsed, row.origin(), row.id());
    }

    /** Returns the rows without their places. */
    public static <T> List<T> rows(List<Located<T>> located) {
        return located.stream().map(Located::row).toList();
    }
}

package dev.rlhf.label.store;

import dev.rlhf.label.LabelKind;
import dev.rlhf.label.LabelerKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A label that counts, without texts: what statistics are made of.
 *
 * @param task the store's own id
 * @param gold ranks that are known to be right; null for all other tasks
 * @param ranks in the stored order; null unless a ranking
 * @param order {@code order[i]} is the stored position of the i-th completion shown; null if imported
 */
record LatestLabel(
        long task,
        String labeler,
        LabelerKind labelerKind,
        LabelKind kind,
        @Nullable List<Integer> gold,
        @Nullable List<Integer> ranks,
        @Nullable List<Integer> order,
        @Nullable Double seconds) {
    /** Those of a batch, or of all, by task and labeler. */
    static List<LatestLabel> read(Handle handle, @Nullable String batch) {
        return handle.createQuery("""
                        SELECT t.id AS task, t.gold, w.name, w.kind AS labeler_kind, l.kind, l.ranks, l.seconds_active,
                            a.shown_order
                        FROM assignment a JOIN label l ON l.id = a.latest_label JOIN labeler w ON w.id = a.labeler_id
                        JOIN task t ON t.id = a.task_id JOIN batch b ON b.id = t.batch_id
                        WHERE :batch IS NULL OR b.name = :batch ORDER BY t.id, w.name""")
                .bind("batch", batch)
                .map((row, context) -> of(row))
                .list();
    }

    private static LatestLabel of(ResultSet row) throws SQLException {
        return new LatestLabel(
                row.getLong("task"),
                row.getString("name"),
                LabelerKind.of(row.getString("labeler_kind")),
                LabelKind.of(row.getString("kind")),
                integers(row, "gold"),
                integers(row, "ranks"),
                integers(row, "shown_order"),
                row.getObject("seconds_active", Double.class));
    }

    /** A ranking of a task whose answer is not known. */
    boolean plain() {
        return ranks != null && gold == null;
    }

    /** The ranks as they were on the screen; null unless a ranking made there. */
    @Nullable
    List<Integer> shown() {
        List<Integer> stored = ranks;
        return stored == null || order == null
                ? null
                : order.stream().map(stored::get).toList();
    }

    private static @Nullable List<Integer> integers(ResultSet row, String column) throws SQLException {
        List<@Nullable Integer> list = LabelTable.integersOrNull(row, column);
        return list == null ? null : list.stream().map(Objects::requireNonNull).toList();
    }
}

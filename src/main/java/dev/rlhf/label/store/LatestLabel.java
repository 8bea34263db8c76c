package dev.rlhf.label.store;

import dev.rlhf.data.Verdict;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.LabelerKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The latest revision of a label, without texts and remarks: a row of the query for statistics. {@code Label} would
 * need the comments and flags of every label, which the admin's page would read on every view.
 *
 * @param task id in the store
 * @param gold the known correct ranks; null unless a gold task
 * @param ranks in the stored order; null unless this is a ranking
 * @param order {@code order[i]} is the stored position of the i-th completion shown; null if imported
 * @param verdict null unless a verdict
 */
record LatestLabel(
        long task,
        String labeler,
        LabelerKind labelerKind,
        LabelKind kind,
        @Nullable List<Integer> gold,
        @Nullable List<Integer> ranks,
        @Nullable List<Integer> order,
        @Nullable Double seconds,
        Instant at,
        @Nullable Verdict verdict) {
    /** Returns the labels of a batch, or of all batches if it is null, by task and labeler. */
    static List<LatestLabel> read(Handle handle, @Nullable String batch) {
        return handle.createQuery("""
                        SELECT t.id AS task, t.gold, w.name, w.kind AS labeler_kind, l.kind, l.ranks, l.seconds_active,
                            l.created_at, l.verdict,
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
                row.getObject("seconds_active", Double.class),
                Times.instant(row, "created_at"),
                LabelTable.verdict(row.getString("verdict")));
    }

    /** Returns whether this is a ranking of a task that is not gold. */
    boolean plain() {
        return ranks != null && gold == null;
    }

    /** Returns the ranks in the order shown; null unless this is a ranking made on the page. */
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

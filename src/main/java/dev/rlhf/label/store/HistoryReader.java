package dev.rlhf.label.store;

import dev.rlhf.label.Judgement;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.LabelHistory;
import dev.rlhf.label.api.Revision;
import dev.rlhf.label.store.Assignments.Held;
import dev.rlhf.text.Message;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Reads a labeler's own labels, page by page. */
final class HistoryReader {
    private static final int EXCERPT = 120;

    private final Handle handle;
    private final OffsetDateTime now;

    HistoryReader(Handle handle, OffsetDateTime now) {
        this.handle = handle;
        this.now = now;
    }

    private record Row(long task, long label, String messages) {}

    /**
     * Returns labels made in this store, latest first; the latest revision of an edited label decides its position.
     *
     * @param before {@link LabelHistory#next} of the previous page; null: from the start
     */
    LabelHistory page(Labeler labeler, @Nullable Long before, int limit) {
        List<Row> rows = handle.createQuery("""
                        SELECT a.task_id, a.latest_label, t.messages FROM assignment a JOIN task t ON t.id = a.task_id
                        WHERE a.labeler_id = :me AND a.latest_label < :before AND a.shown_order IS NOT NULL
                        ORDER BY a.latest_label DESC LIMIT :limit""")
                .bind("me", labeler.id())
                .bind("before", before == null ? Long.MAX_VALUE : before)
                .bind("limit", limit + 1)
                .map((row, context) ->
                        new Row(row.getLong("task_id"), row.getLong("latest_label"), row.getString("messages")))
                .list();
        List<Row> page = rows.subList(0, Math.min(limit, rows.size()));
        List<LabelHistory.Entry> entries = new ArrayList<>();
        for (Row row : page) {
            entries.add(entry(labeler, row));
        }
        return new LabelHistory(entries, rows.size() > limit ? page.getLast().label() : null);
    }

    private LabelHistory.Entry entry(Labeler labeler, Row row) {
        Held held = new Assignments(handle, now).get(labeler, row.task());
        Revision revision = new LabelTable(handle).latest(held.id()).orElseThrow();
        Judgement judgement = revision.judgement().toShown(held.shownOrder());
        return new LabelHistory.Entry(
                row.task(),
                judgement.kind(),
                revision.at(),
                revision.number(),
                judgement.seconds(),
                held.editable(),
                excerpt(TaskReader.messages(row.messages()).getLast()),
                judgement.ranks(),
                judgement.verdict());
    }

    /** Returns the beginning of a message in one line. */
    static String excerpt(Message message) {
        String line = message.content().strip().replaceAll("\\s+", " ");
        if (line.codePointCount(0, line.length()) <= EXCERPT) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, EXCERPT - 1)) + "…";
    }
}

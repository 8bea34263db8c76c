package dev.rlhf.label.store;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Completion;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.api.Correction;
import dev.rlhf.label.api.LabelPage;
import dev.rlhf.label.api.LabelQuery;
import dev.rlhf.label.api.LabelStatus;
import dev.rlhf.label.api.ReviewedTask;
import dev.rlhf.label.api.ReviewedTask.ReviewedLabel;
import dev.rlhf.label.api.SelectedLabels;
import dev.rlhf.label.api.Unread;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Reads labels for admins, page by page, and tasks with all their labels, in the caller's transaction. */
final class LabelBrowser {
    /** A ranking that took less than this share of the batch's median time is fast. */
    static final double FAST = 0.25;

    /** A ranking that took more than this multiple of the batch's median time is slow. */
    static final double SLOW = 4;

    private static final String READ_UP_TO = "labels_read_up_to";

    /** SQL: labels that count or were withdrawn. Outer joins make H2 begin with the range of labels. */
    @SuppressWarnings("InlineFormatString") // easier to read apart
    private static final String LABELS = """
            FROM label l LEFT JOIN assignment a ON a.id = l.assignment_id
            LEFT JOIN labeler w ON w.id = a.labeler_id LEFT JOIN task t ON t.id = a.task_id
            LEFT JOIN batch b ON b.id = t.batch_id %s
            WHERE l.id = COALESCE(a.latest_label, a.withdrawn_label)""";

    /** SQL: the median active time of each batch's rankings. */
    static final String MEDIANS = """
            (SELECT o.batch_id, CAST(MEDIAN(p.seconds_active) AS DOUBLE PRECISION) AS seconds FROM task o
             JOIN assignment c ON c.task_id = o.id JOIN label p ON p.id = c.latest_label
             WHERE p.kind = 'ranking' GROUP BY o.batch_id)""";

    /** SQL: whether another labeler gave the task different ranks or another verdict. */
    private static final String DISAGREEMENT = """
            EXISTS (SELECT 1 FROM assignment o JOIN label p ON p.id = o.latest_label
                WHERE o.task_id = t.id AND o.id <> a.id AND (p.ranks <> l.ranks OR p.verdict <> l.verdict))""";

    private static final String REMARK = "(l.comment IS NOT NULL OR l.personal_data)";

    /** Number of labels that are searched first; each further step searches twice as many. */
    private static final long STEP = 1000;

    private final Handle handle;

    LabelBrowser(Handle handle) {
        this.handle = handle;
    }

    /**
     * Returns labels, the latest first; the latest revision of an edited label decides its position.
     *
     * @param before {@link LabelPage#next} of the previous page; null: from the start
     */
    LabelPage page(LabelQuery query, @Nullable Long before, int limit) {
        Selection selection = selection(query);
        List<LabelPage.Entry> found = new ArrayList<>();
        long end = before == null ? latest() + 1 : before;
        for (long step = STEP; found.size() <= limit && end > 0; step *= 2) {
            found.addAll(range(selection, end - step, end, limit + 1 - found.size()));
            end -= step;
        }
        List<LabelPage.Entry> page = found.subList(0, Math.min(limit, found.size()));
        return new LabelPage(
                page, found.size() > limit ? latestLabel(page.getLast().id()) : null);
    }

    /** Counts the labels that a query selects. */
    SelectedLabels count(LabelQuery query) {
        Selection selection = selection(query);
        long upTo = latest();
        return handle.createQuery("""
                        SELECT COUNT(*) AS labels, COUNT(CASE WHEN %s THEN 1 END) AS send_back,
                            COUNT(CASE WHEN %s THEN 1 END) AS remove, COUNT(CASE WHEN %s THEN 1 END) AS restore
                        %s AND l.id <= :up_to""".formatted(
                                applies(Correction.SEND_BACK),
                                applies(Correction.REMOVE),
                                applies(Correction.RESTORE),
                                selection.from()))
                .bindMap(selection.values())
                .bind("up_to", upTo)
                .map((row, context) -> new SelectedLabels(
                        row.getInt("labels"),
                        row.getInt("send_back"),
                        row.getInt("remove"),
                        row.getInt("restore"),
                        upTo))
                .one();
    }

    /** A label, and the assignment whose latest label it is. */
    record Selected(long assignment, long label) {}

    /** Returns the labels that a query selects and that a correction changes, without those after {@code upTo}. */
    List<Selected> selected(LabelQuery query, Correction correction, long upTo) {
        Selection selection = selection(query);
        return handle.createQuery("SELECT a.id, l.id AS label %s AND %s AND l.id <= :up_to ORDER BY l.id"
                        .formatted(selection.from(), applies(correction)))
                .bindMap(selection.values())
                .bind("up_to", upTo)
                .map((row, context) -> new Selected(row.getLong("id"), row.getLong("label")))
                .list();
    }

    /** Returns whether a label is still the latest of its assignment, and a correction changes it. */
    boolean applies(Correction correction, Selected label) {
        return handle.createQuery("""
                        SELECT COUNT(*) FROM assignment a JOIN labeler w ON w.id = a.labeler_id
                        WHERE a.id = :id AND COALESCE(a.latest_label, a.withdrawn_label) = :label AND %s""".formatted(applies(correction)))
                        .bind("id", label.assignment())
                        .bind("label", label.label())
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }

    /** SQL: whether a correction changes the label of assignment {@code a} of labeler {@code w}. */
    private static String applies(Correction correction) {
        return switch (correction) {
            case SEND_BACK ->
                "a.shown_order IS NOT NULL AND w.disabled_at IS NULL AND NOT (" + status(LabelStatus.SENT_BACK) + ")";
            case REMOVE -> "a.state <> 'removed'";
            case RESTORE -> "a.latest_label IS NULL";
        };
    }

    /** The rows of a query, as SQL from FROM on, with the values of its parameters. */
    private record Selection(String from, Map<String, Object> values) {}

    private Selection selection(LabelQuery query) {
        Conditions conditions = new Conditions();
        conditions.add("b.name = :batch", "batch", query.batch());
        conditions.add("w.name = :labeler", "labeler", query.labeler());
        conditions.add("l.created_at >= :since", "since", Times.utc(query.since()));
        conditions.add("l.created_at < :until", "until", Times.utc(query.until()));
        conditions.add(
                "l.kind = :kind",
                "kind",
                query.kind() == null ? null : query.kind().word());
        conditions.add(
                "EXISTS (SELECT 1 FROM label_flag f WHERE f.label_id = l.id AND f.flag = :flag)", "flag", query.flag());
        conditions.add(
                "LOCATE(:text, LOWER(COALESCE(l.comment, '') || ' ' || COALESCE(l.reason, ''))) > 0",
                "text",
                query.text() == null ? null : query.text().toLowerCase(Locale.ROOT));
        conditions.addIf("l.comment IS NOT NULL", query.comment());
        conditions.addIf("l.personal_data", query.personalData());
        conditions.addIf(DISAGREEMENT, query.disagreement());
        if (query.unread()) {
            conditions.addIf(REMARK, true);
            conditions.add("l.id > :read", "read", readUpTo());
        }
        if (query.status() != null) {
            conditions.addIf(status(query.status()), true);
        }
        conditions.add("l.guideline_version = :guideline", "guideline", query.guideline());
        if (query.pace() != null) {
            conditions.addIf("l.kind = 'ranking' AND l.seconds_active " + pace(query.pace()) + " * m.seconds", true);
        }
        String medians = query.pace() == null ? "" : "LEFT JOIN " + MEDIANS + " m ON m.batch_id = b.id";
        return new Selection(LABELS.formatted(medians) + conditions.text(), conditions.values);
    }

    /** Returns labels with ids from {@code begin} up to, but without, {@code end}. */
    private List<LabelPage.Entry> range(Selection selection, long begin, long end, int limit) {
        long read = readUpTo();
        return handle.createQuery("""
                        SELECT l.id AS label, a.id, t.id AS task, b.name AS batch, t.external_id, t.messages,
                            w.name AS labeler, l.kind, l.created_at, l.revision, l.seconds_active, l.personal_data,
                            l.reason, l.comment, a.latest_label, a.state,
                            (SELECT LISTAGG(DISTINCT f.flag, ' ') WITHIN GROUP (ORDER BY f.flag) FROM label_flag f
                                WHERE f.label_id = l.id) AS flags
                        %s AND l.id >= :begin AND l.id < :end ORDER BY l.id DESC LIMIT :limit""".formatted(selection.from()))
                .bindMap(selection.values())
                .bind("begin", begin)
                .bind("end", end)
                .bind("limit", limit)
                .map((row, context) -> entry(row, read))
                .list();
    }

    private long latest() {
        return handle.createQuery("SELECT COALESCE(MAX(id), 0) FROM label")
                .mapTo(Long.class)
                .one();
    }

    /** Counts the remarks that no admin has marked as read. */
    Unread unread() {
        long upTo = latest();
        return handle.createQuery("""
                        SELECT COUNT(l.comment) AS comments, COUNT(CASE WHEN l.personal_data THEN 1 END) AS personal
                        FROM label l LEFT JOIN assignment a ON a.id = l.assignment_id
                        WHERE l.id > :read AND l.id = COALESCE(a.latest_label, a.withdrawn_label)
                            AND %s""".formatted(REMARK))
                .bind("read", readUpTo())
                .map((row, context) -> new Unread(row.getInt("comments"), row.getInt("personal"), upTo))
                .one();
    }

    /** Marks all labels up to this one as read. */
    void markRead(long upTo) {
        StoreSettings.put(handle, READ_UP_TO, String.valueOf(Math.max(upTo, readUpTo())));
    }

    private long readUpTo() {
        return StoreSettings.get(handle, READ_UP_TO).map(Long::valueOf).orElse(0L);
    }

    /**
     * Returns a task with all its labels.
     *
     * @throws InputException if there is no such task
     */
    ReviewedTask task(long task) {
        List<Completion> completions = new TaskReader(handle).completions(task);
        List<ReviewedLabel> labels = labels(task);
        return handle.createQuery("""
                        SELECT b.name, t.external_id, t.messages, t.plain, t.gold, t.adjudicated
                        FROM task t JOIN batch b ON b.id = t.batch_id WHERE t.id = :task""")
                .bind("task", task)
                .map((row, context) -> new ReviewedTask(
                        task,
                        row.getString("name"),
                        row.getString("external_id"),
                        new Prompt(TaskReader.messages(row.getString("messages")), row.getBoolean("plain")),
                        completions,
                        JudgingTasks.answers(handle, task).orElse(null),
                        LabelTable.ranksOrNull(row, "gold"),
                        LabelTable.ranksOrNull(row, "adjudicated"),
                        labels))
                .findOne()
                .orElseThrow(() -> new InputException("there is no such task"));
    }

    /** Returns the id of the task that a label belongs to. */
    long taskOf(long assignment) {
        return handle.createQuery("SELECT task_id FROM assignment WHERE id = :id")
                .bind("id", assignment)
                .mapTo(Long.class)
                .findOne()
                .orElseThrow(() -> new InputException("there is no such label"));
    }

    private List<ReviewedLabel> labels(long task) {
        LabelTable table = new LabelTable(handle);
        return handle.createQuery("""
                        SELECT a.id, a.state, a.latest_label, a.review_note, a.shown_order IS NULL AS imported,
                            w.id AS labeler, w.name, w.kind
                        FROM assignment a JOIN labeler w ON w.id = a.labeler_id
                        WHERE a.task_id = :task AND COALESCE(a.latest_label, a.withdrawn_label) IS NOT NULL
                        ORDER BY w.name""")
                .bind("task", task)
                .map((row, context) -> new ReviewedLabel(
                        row.getLong("id"),
                        new Labeler(
                                row.getLong("labeler"), row.getString("name"), LabelerKind.of(row.getString("kind"))),
                        table.last(row.getLong("id")).orElseThrow(),
                        status(row),
                        row.getString("review_note"),
                        row.getBoolean("imported")))
                .list();
    }

    private long latestLabel(long assignment) {
        return handle.createQuery("SELECT COALESCE(latest_label, withdrawn_label) FROM assignment WHERE id = :id")
                .bind("id", assignment)
                .mapTo(Long.class)
                .one();
    }

    private static LabelPage.Entry entry(ResultSet row, long read) throws SQLException {
        String flags = row.getString("flags");
        String comment = row.getString("comment");
        boolean personal = row.getBoolean("personal_data");
        return new LabelPage.Entry(
                row.getLong("id"),
                row.getLong("task"),
                row.getString("batch"),
                row.getString("external_id"),
                HistoryReader.excerpt(
                        TaskReader.messages(row.getString("messages")).getLast()),
                row.getString("labeler"),
                LabelKind.of(row.getString("kind")),
                Times.instant(row, "created_at"),
                row.getInt("revision"),
                row.getObject("seconds_active", Double.class),
                flags == null ? List.of() : List.of(flags.split(" ")),
                personal,
                row.getString("reason"),
                comment,
                status(row),
                row.getLong("label") > read && (personal || comment != null));
    }

    private static LabelStatus status(ResultSet row) throws SQLException {
        if (row.getObject("latest_label") != null) {
            return LabelStatus.COUNTED;
        }
        return row.getString("state").equals("removed") ? LabelStatus.REMOVED : LabelStatus.SENT_BACK;
    }

    private static String status(LabelStatus status) {
        return switch (status) {
            case COUNTED -> "a.latest_label IS NOT NULL";
            case SENT_BACK -> "a.latest_label IS NULL AND a.state <> 'removed'";
            case REMOVED -> "a.state = 'removed'";
        };
    }

    private static String pace(LabelQuery.Pace pace) {
        return switch (pace) {
            case FAST -> "< " + FAST;
            case SLOW -> "> " + SLOW;
        };
    }
}

package dev.rlhf.label.store;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.store.assignment.TagTable;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Finds the next open task for a labeler, in the order of a batch's queue, without scanning the same tasks at every
 * claim.
 *
 * <p>Every open task before a labeler's position in a batch was given to that labeler, has a tag that the labeler has
 * not, or is in {@code passed_task}, because others held all its places. A claim reads the passed tasks (as many as others hold at a
 * time) and then continues from the position; no other task is read twice.
 */
final class OpenTasks {
    /** SQL: whether {@code :me} was not given task {@code t} yet. */
    static final String NOT_GIVEN =
            "NOT EXISTS (SELECT 1 FROM assignment m WHERE m.task_id = t.id AND m.labeler_id = :me)";

    /** SQL: whether {@code :me} may still be given task {@code t}: it is new to them, and they have its tags. */
    static final String ELIGIBLE = NOT_GIVEN + " AND " + TagTable.HAS_TASK_TAGS;

    private final Handle handle;
    private final OffsetDateTime now;
    private final Labeler labeler;
    private final long batch;

    OpenTasks(Handle handle, OffsetDateTime now, Labeler labeler, long batch) {
        this.handle = handle;
        this.now = now;
        this.labeler = labeler;
        this.batch = batch;
    }

    /** Returns the first open task with a free place that the labeler was not given yet. */
    Optional<Long> first() {
        return passed().or(this::ahead);
    }

    private Optional<Long> passed() {
        handle.createUpdate("""
                        DELETE FROM passed_task p WHERE p.labeler_id = :me AND p.batch_id = :batch
                        AND NOT EXISTS (SELECT 1 FROM task t WHERE t.id = p.task_id AND t.is_open AND %s)""".formatted(NOT_GIVEN))
                .bind("me", labeler.id())
                .bind("batch", batch)
                .execute();
        return handle.createQuery("""
                        SELECT t.id FROM passed_task p JOIN task t ON t.id = p.task_id JOIN batch b ON b.id = p.batch_id
                        WHERE p.labeler_id = :me AND p.batch_id = :batch AND %s
                        ORDER BY t.queue LIMIT 1""".formatted(Assignments.FREE))
                .bind("me", labeler.id())
                .bind("batch", batch)
                .bind("now", now)
                .mapTo(Long.class)
                .findOne();
    }

    private record Place(long task, int position) {}

    private Optional<Long> ahead() {
        int from = handle.createQuery(
                        "SELECT position FROM queue_position WHERE labeler_id = :me AND batch_id = :batch")
                .bind("me", labeler.id())
                .bind("batch", batch)
                .mapTo(Integer.class)
                .findOne()
                .orElse(0);
        Optional<Place> found = handle.createQuery("""
                        SELECT t.id, t.queue FROM task t JOIN batch b ON b.id = t.batch_id
                        WHERE t.batch_id = :batch AND t.is_open = TRUE AND t.queue >= :from AND %s
                        AND %s ORDER BY t.batch_id, t.is_open, t.queue LIMIT 1""".formatted(ELIGIBLE, Assignments.FREE))
                .bind("batch", batch)
                .bind("from", from)
                .bind("me", labeler.id())
                .bind("now", now)
                .map((row, context) -> new Place(row.getLong("id"), row.getInt("queue")))
                .findOne();
        pass(from, found.map(Place::position).orElseGet(() -> end(from)));
        return found.map(Place::task);
    }

    /** Returns the position after the last open task; {@code from} if there is none after it. */
    private int end(int from) {
        return handle.createQuery("""
                        SELECT COALESCE(MAX(t.queue) + 1, :from) FROM task t
                        WHERE t.batch_id = :batch AND t.is_open = TRUE AND t.queue >= :from""")
                .bind("batch", batch)
                .bind("from", from)
                .mapTo(Integer.class)
                .one();
    }

    private void pass(int from, int to) {
        if (to == from) {
            return;
        }
        handle.createUpdate("""
                        MERGE INTO passed_task KEY (labeler_id, batch_id, task_id) SELECT CAST(:me AS BIGINT),
                            t.batch_id, t.id FROM task t
                        WHERE t.batch_id = :batch AND t.is_open = TRUE AND t.queue >= :from AND t.queue < :to
                        AND %s""".formatted(ELIGIBLE))
                .bind("me", labeler.id())
                .bind("batch", batch)
                .bind("from", from)
                .bind("to", to)
                .execute();
        handle.createUpdate("MERGE INTO queue_position KEY (labeler_id, batch_id) VALUES (:me, :batch, :to)")
                .bind("me", labeler.id())
                .bind("batch", batch)
                .bind("to", to)
                .execute();
    }

    /** Offers a reopened task to all labelers whose position is past it. */
    static void reopened(Handle handle, long task) {
        handle.createUpdate("""
                        MERGE INTO passed_task KEY (labeler_id, batch_id, task_id) SELECT q.labeler_id, t.batch_id, t.id
                        FROM task t JOIN queue_position q ON q.batch_id = t.batch_id AND q.position > t.queue
                        WHERE t.id = :task AND t.is_open AND NOT EXISTS (
                            SELECT 1 FROM assignment m WHERE m.task_id = t.id AND m.labeler_id = q.labeler_id)
                        AND %s""".formatted(TagTable.hasTaskTags("q.labeler_id"))).bind("task", task).execute();
    }

    /** Resets all positions in a batch after a bulk change of its open tasks. */
    static void restart(Handle handle, long batch) {
        restart(handle, "batch_id", batch);
    }

    /** Resets all positions of a labeler after a change of their tags. */
    static void restartLabeler(Handle handle, long labeler) {
        restart(handle, "labeler_id", labeler);
    }

    private static void restart(Handle handle, String column, long id) {
        for (String table : new String[] {"passed_task", "queue_position"}) {
            handle.createUpdate("DELETE FROM %s WHERE %s = :id".formatted(table, column))
                    .bind("id", id)
                    .execute();
        }
    }
}

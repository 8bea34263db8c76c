package dev.rlhf.label.store;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.store.assignment.TagTable;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * Finds the next open task with a free place for a labeler, in the order of a batch's queue, without scanning the same
 * tasks at every claim.
 *
 * <p>Every open task before a labeler's position in a batch was given to that labeler, has a tag that the labeler
 * does not have, is full ({@code full_until}), or is in {@code passed_task}, because it was full or closed when the
 * labeler came by. A claim reads the passed tasks and then continues from the position; no other task is read twice,
 * and full ones are not read at all.
 */
final class OpenTasks {
    /** SQL: the {@code full_until} of tasks that are not full. */
    static final String NOT_FULL = "TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00Z'";

    /** SQL: a bound for the {@code full_until} of full tasks. H2 reads all tasks that equal a bound with {@code >}. */
    static final String FULL = "TIMESTAMP WITH TIME ZONE '1970-01-02 00:00:00Z'";

    /** The position of labelers who have gone through all tasks. Adding tasks resets it; reopened ones are passed. */
    private static final int END = Integer.MAX_VALUE;

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
        freeExpired();
        return passed().or(this::ahead);
    }

    /** Updates tasks that were full until a claim's lease expired. */
    private void freeExpired() {
        handle.createQuery("""
                        SELECT t.id FROM task t WHERE t.batch_id = :batch AND t.is_open = TRUE
                        AND t.full_until >= %s AND t.full_until <= :now""".formatted(FULL))
                .bind("batch", batch)
                .bind("now", now)
                .mapTo(Long.class)
                .list()
                .forEach(task -> new Assignments(handle, now).recount(task, 0));
    }

    private record Passed(long task, boolean stale, boolean free) {}

    private Optional<Long> passed() {
        List<Passed> passed = handle.createQuery("""
                        SELECT t.id, NOT (t.is_open AND %s) AS stale, t.full_until = %s AND %s AS free
                        FROM passed_task p JOIN task t ON t.id = p.task_id JOIN batch b ON b.id = p.batch_id
                        WHERE p.labeler_id = :me AND p.batch_id = :batch
                        ORDER BY t.queue""".formatted(NOT_GIVEN, NOT_FULL, Assignments.FREE))
                .bind("me", labeler.id())
                .bind("batch", batch)
                .bind("now", now)
                .map((row, context) -> new Passed(row.getLong("id"), row.getBoolean("stale"), row.getBoolean("free")))
                .list();
        if (passed.stream().anyMatch(Passed::stale)) {
            PreparedBatch stale = handle.prepareBatch(
                    "DELETE FROM passed_task WHERE labeler_id = :me AND batch_id = :batch AND task_id = :task");
            passed.stream()
                    .filter(Passed::stale)
                    .forEach(task -> stale.bind("me", labeler.id())
                            .bind("batch", batch)
                            .bind("task", task.task())
                            .add());
            stale.execute();
        }
        return passed.stream()
                .filter(task -> !task.stale() && task.free())
                .map(Passed::task)
                .findFirst();
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
                        WHERE t.batch_id = :batch AND t.is_open = TRUE AND t.full_until = %s AND t.queue >= :from
                        AND %s AND %s
                        ORDER BY t.batch_id, t.is_open, t.full_until, t.queue LIMIT 1""".formatted(NOT_FULL, ELIGIBLE, Assignments.FREE))
                .bind("batch", batch)
                .bind("from", from)
                .bind("me", labeler.id())
                .bind("now", now)
                .map((row, context) -> new Place(row.getLong("id"), row.getInt("queue")))
                .findOne();
        int to = found.map(Place::position).orElse(END);
        if (to != from) {
            handle.createUpdate("MERGE INTO queue_position KEY (labeler_id, batch_id) VALUES (:me, :batch, :to)")
                    .bind("me", labeler.id())
                    .bind("batch", batch)
                    .bind("to", to)
                    .execute();
        }
        return found.map(Place::task);
    }

    /** Offers a task that was closed or full to all labelers whose position is past it. */
    static void reopened(Handle handle, long task) {
        handle.createUpdate("""
                        MERGE INTO passed_task KEY (labeler_id, batch_id, task_id) SELECT q.labeler_id, t.batch_id, t.id
                        FROM task t JOIN queue_position q ON q.batch_id = t.batch_id AND q.position > t.queue
                        WHERE t.id = :task AND t.is_open AND NOT EXISTS (
                            SELECT 1 FROM assignment m WHERE m.task_id = t.id AND m.labeler_id = q.labeler_id)
                        AND %s""".formatted(TagTable.hasTaskTags("q.labeler_id")))
                .bind("task", task)
                .execute();
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

package dev.rlhf.label.store;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.RefusedException.Reason;
import java.sql.Array;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The assignments of tasks to labelers.
 *
 * <p>A task has as many places as its batch's overlap. A place is taken by a ranking, or by a claim whose lease has not
 * expired; a skip takes none. A labeler has at most one assignment of a task. A gold task has a place for every
 * labeler.
 */
final class Assignments {
    /**
     * SQL: whether task {@code t} of batch {@code b} has a place for {@code :me}, not counting their own assignment.
     */
    static final String FREE = """
            (t.is_gold OR (SELECT COUNT(*) FROM assignment o WHERE o.task_id = t.id AND o.labeler_id <> :me
             AND (o.state = 'done' OR (o.state = 'claimed' AND o.lease_until > :now))) < b.overlap)""";

    /** SQL: updates {@code is_open} of tasks {@code t}. */
    private static final String OPEN = """
            UPDATE task t SET is_open = NOT t.is_gold AND
                (SELECT COUNT(*) FROM assignment a WHERE a.task_id = t.id AND a.state = 'done')
                    < (SELECT overlap FROM batch b WHERE b.id = t.batch_id)""";

    private final Handle handle;
    private final OffsetDateTime now;

    Assignments(Handle handle, OffsetDateTime now) {
        this.handle = handle;
        this.now = now;
    }

    /**
     * A labeler's assignment of a task.
     *
     * @param free whether the task has a place for this labeler now
     * @param order {@code order[i]} is the stored position of the i-th one shown; null if the label was imported
     */
    record Held(
            long id,
            long task,
            String state,
            boolean free,
            @Nullable List<Integer> order,
            Instant leaseUntil,
            boolean exported) {
        boolean done() {
            return state.equals("done");
        }

        boolean claimed() {
            return state.equals("claimed");
        }

        /** Returns whether a ranking would be accepted now. */
        boolean editable() {
            return order != null && !exported && (done() || free);
        }

        /**
         * Returns the order in which completions were shown to the labeler.
         *
         * @throws RefusedException if the label was imported
         */
        List<Integer> shownOrder() {
            if (order == null) {
                throw new RefusedException(
                        Reason.CONFLICT, "imported", "this ranking was imported and cannot be changed here");
            }
            return order;
        }
    }

    Optional<Held> find(Labeler labeler, long task) {
        return handle.createQuery("""
                        SELECT a.id, a.state, a.shown_order, a.lease_until, a.exported_at IS NOT NULL AS exported,
                            %s AS free
                        FROM assignment a JOIN task t ON t.id = a.task_id JOIN batch b ON b.id = t.batch_id
                        WHERE a.task_id = :task AND a.labeler_id = :me""".formatted(FREE))
                .bind("task", task)
                .bind("me", labeler.id())
                .bind("now", now)
                .map((row, context) -> {
                    Array order = row.getArray("shown_order");
                    return new Held(
                            row.getLong("id"),
                            task,
                            row.getString("state"),
                            row.getBoolean("free"),
                            order == null ? null : LabelTable.integers(order),
                            Database.instant(row, "lease_until"),
                            row.getBoolean("exported"));
                })
                .findOne();
    }

    /**
     * Returns the labeler's assignment.
     *
     * @throws RefusedException if the task was not given to this labeler
     */
    Held get(Labeler labeler, long task) {
        return find(labeler, task)
                .orElseThrow(() -> new RefusedException(Reason.NOT_YOURS, "this task was not given to you"));
    }

    /**
     * Returns the labeler's assignment if its label may still be changed.
     *
     * @throws RefusedException if the task was not given to this labeler, or the label was exported or imported
     */
    Held changeable(Labeler labeler, long task) {
        Held held = get(labeler, task);
        held.shownOrder();
        if (held.exported()) {
            throw new RefusedException(
                    Reason.CONFLICT, "exported", "this label was exported and can no longer be changed");
        }
        return held;
    }

    static RefusedException placeLost() {
        return new RefusedException(Reason.EXPIRED, "your time for this task ran out and it was given to someone else");
    }

    /**
     * Sets the assignment's state to {@code done} or {@code skipped} and updates the counts of labeler, task and batch.
     */
    void settle(Labeler labeler, Held held, String state) {
        if (held.state().equals(state)) {
            return;
        }
        handle.createUpdate("UPDATE assignment SET state = :state, done_at = COALESCE(done_at, :now) WHERE id = :id")
                .bind("state", state)
                .bind("now", now)
                .bind("id", held.id())
                .execute();
        int change = state.equals("done") ? 1 : held.done() ? -1 : 0;
        int skipped = state.equals("skipped") ? 1 : held.claimed() ? 0 : -1;
        LabelerCounters counters = new LabelerCounters(handle);
        counters.settled(labeler.id(), change, skipped);
        if (change != 0) {
            counters.worked(labeler.id(), firstLabelled(held.id()), change, 0);
            count(held.task(), change);
        }
    }

    private OffsetDateTime firstLabelled(long assignment) {
        return handle.createQuery("SELECT created_at FROM label WHERE assignment_id = :assignment AND revision = 1")
                .bind("assignment", assignment)
                .mapTo(OffsetDateTime.class)
                .one();
    }

    /**
     * Updates the counts of a task and its batch.
     *
     * @param change by how much the number of the task's rankings has just changed
     */
    private void count(long task, int change) {
        handle.createUpdate("""
                        UPDATE batch b SET taken = taken + (
                            SELECT LEAST(b.overlap, c.done) - LEAST(b.overlap, c.done - :change) FROM (
                                SELECT COUNT(*) AS done FROM assignment a WHERE a.task_id = :task
                                    AND a.state = 'done') c)
                        WHERE b.id = (SELECT t.batch_id FROM task t WHERE t.id = :task AND NOT t.is_gold)""").bind("change", change).bind("task", task).execute();
        handle.createUpdate("""
                        UPDATE batch b SET gold_done = gold_done + :change
                        WHERE b.id = (SELECT t.batch_id FROM task t WHERE t.id = :task AND t.is_gold)""").bind("change", change).bind("task", task).execute();
        handle.createUpdate(OPEN + " WHERE t.id = :task").bind("task", task).execute();
        if (change < 0) {
            OpenTasks.reopened(handle, task);
        }
    }

    /** Recounts a batch's tasks after a bulk change of rankings, tasks or the overlap. */
    static void recount(Handle handle, long batch) {
        OpenTasks.restart(handle, batch);
        handle.createUpdate(OPEN + " WHERE t.batch_id = :batch")
                .bind("batch", batch)
                .execute();
        handle.createUpdate("""
                        UPDATE batch b SET
                            places = b.overlap * (SELECT COUNT(*) FROM task t WHERE t.batch_id = b.id
                                AND NOT t.is_gold),
                            taken = (SELECT COALESCE(SUM(LEAST(c.overlap, c.done)), 0) FROM (
                                SELECT o.overlap, COUNT(*) AS done FROM task t JOIN batch o ON o.id = t.batch_id
                                JOIN assignment a ON a.task_id = t.id AND a.state = 'done'
                                WHERE t.batch_id = :batch AND NOT t.is_gold GROUP BY t.id, o.overlap) c),
                            gold_done = (SELECT COUNT(*) FROM task t JOIN assignment a ON a.task_id = t.id
                                AND a.state = 'done'
                                WHERE t.batch_id = b.id AND t.is_gold)
                        WHERE b.id = :batch""").bind("batch", batch).execute();
    }
}

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
 * <p>A task has as many places as its batch's overlap, more if its labelers disagree and the batch has a {@code
 * max_overlap}, and fewer if as many have skipped it as the batch's {@code skip_limit} allows. A place is taken by a
 * ranking, or by a claim whose lease has not expired, but not by a skip. A labeler has at most one assignment of a
 * task. A gold task has a place for every labeler.
 */
final class Assignments {
    /**
     * SQL: whether task {@code t} of batch {@code b} has a place for {@code :me}, not counting their own assignment.
     */
    static final String FREE = """
            (t.is_gold OR (SELECT COUNT(*) FROM assignment o WHERE o.task_id = t.id AND o.labeler_id <> :me
             AND (o.state = 'done' OR (o.state = 'claimed' AND o.lease_until > :now)))
                < GREATEST(t.places, b.overlap))""";

    private static final String DONE =
            "(SELECT COUNT(*) FROM assignment a WHERE a.task_id = t.id AND a.state = 'done')";

    /**
     * SQL: how many rankings task {@code t} of batch {@code b} wants. It is closed once it has them: a task that too
     * many have skipped wants those that it has.
     */
    private static final String WANTED = """
            CASE WHEN t.is_gold THEN 0
                WHEN (SELECT COUNT(*) FROM assignment a WHERE a.task_id = t.id AND a.state = 'skipped') >= b.skip_limit
                    THEN LEAST(b.overlap, %1$s)
                WHEN t.disputed THEN GREATEST(b.overlap, LEAST(b.max_overlap, %1$s + 1))
                ELSE b.overlap END""".formatted(DONE);

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

        boolean skipped() {
            return state.equals("skipped");
        }

        boolean claimed() {
            return state.equals("claimed");
        }

        boolean removed() {
            return state.equals("removed");
        }

        /** Returns whether a ranking would be accepted now. */
        boolean editable() {
            return order != null && !exported && !removed() && (done() || free);
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
                            Times.instant(row, "lease_until"),
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
     * @throws RefusedException if the task was not given to this labeler, or the label was exported, imported or
     *     removed
     */
    Held changeable(Labeler labeler, long task) {
        return changeable(get(labeler, task));
    }

    /** Returns the assignment if its label may still be changed, as {@link #changeable(Labeler, long)}. */
    static Held changeable(Held held) {
        held.shownOrder();
        if (held.removed()) {
            throw new RefusedException(Reason.CONFLICT, "removed", "this label was removed by the project's admin");
        }
        if (held.exported()) {
            throw new RefusedException(
                    Reason.CONFLICT, "exported", "this label was exported and can no longer be changed");
        }
        return held;
    }

    static RefusedException placeLost() {
        return new RefusedException(Reason.EXPIRED, "your time for this task ran out and it was given to someone else");
    }

    /** Sets the assignment's state and updates the counts of labeler, task and batch. */
    void settle(long labeler, Held held, String state) {
        if (held.state().equals(state)) {
            return;
        }
        handle.createUpdate("UPDATE assignment SET state = :state, done_at = COALESCE(done_at, :now) WHERE id = :id")
                .bind("state", state)
                .bind("now", now)
                .bind("id", held.id())
                .execute();
        int change = (state.equals("done") ? 1 : 0) - (held.done() ? 1 : 0);
        int skipped = (state.equals("skipped") ? 1 : 0) - (held.state().equals("skipped") ? 1 : 0);
        LabelerCounters counters = new LabelerCounters(handle);
        counters.settled(labeler, change, skipped);
        if (change != 0 && held.order() != null) {
            counters.worked(labeler, firstLabelled(held.id()), change, 0);
        }
        recount(held.task(), change);
    }

    private OffsetDateTime firstLabelled(long assignment) {
        return handle.createQuery("SELECT created_at FROM label WHERE assignment_id = :assignment AND revision = 1")
                .bind("assignment", assignment)
                .mapTo(OffsetDateTime.class)
                .one();
    }

    private record Counts(
            long batch,
            boolean gold,
            boolean open,
            Instant fullUntil,
            int places,
            int overlap,
            int wanted,
            int done,
            int claims,
            @Nullable Instant claimEnds) {
        boolean full() {
            return fullUntil.isAfter(Instant.EPOCH);
        }

        boolean opens() {
            return done < wanted;
        }

        /** Returns the end of the first claim if rankings and claims take all places, otherwise 1970. */
        Instant fillsUntil() {
            return opens() && claimEnds != null && done + claims >= Math.max(wanted, overlap)
                    ? claimEnds
                    : Instant.EPOCH;
        }
    }

    /**
     * Updates the counts of a task and its batch, and until when the task is full.
     *
     * @param change by how much the number of the task's rankings has just changed
     */
    void recount(long task, int change) {
        if (change != 0) {
            Disputes.update(handle, task);
        }
        Counts counts = handle.createQuery("""
                        SELECT t.batch_id, t.is_gold, t.is_open, t.full_until, t.places, b.overlap, %s AS wanted, %s AS done,
                            (SELECT COUNT(*) FROM assignment a WHERE a.task_id = t.id AND a.state = 'claimed'
                                AND a.lease_until > :now) AS claims,
                            (SELECT MIN(a.lease_until) FROM assignment a WHERE a.task_id = t.id AND a.state = 'claimed'
                                AND a.lease_until > :now) AS claim_ends
                        FROM task t JOIN batch b ON b.id = t.batch_id WHERE t.id = :task""".formatted(WANTED, DONE))
                .bind("task", task)
                .bind("now", now)
                .map((row, context) -> new Counts(
                        row.getLong("batch_id"),
                        row.getBoolean("is_gold"),
                        row.getBoolean("is_open"),
                        Times.instant(row, "full_until"),
                        row.getInt("places"),
                        row.getInt("overlap"),
                        row.getInt("wanted"),
                        row.getInt("done"),
                        row.getInt("claims"),
                        Times.instantOrNull(row, "claim_ends")))
                .one();
        boolean open = counts.opens();
        Instant fullUntil = counts.fillsUntil();
        if (open != counts.open() || counts.wanted() != counts.places() || !fullUntil.equals(counts.fullUntil())) {
            handle.createUpdate(
                            "UPDATE task SET is_open = :open, places = :places, full_until = :full WHERE id = :task")
                    .bind("open", open)
                    .bind("places", counts.wanted())
                    .bind("full", Times.utc(fullUntil))
                    .bind("task", task)
                    .execute();
        }
        if (open && fullUntil.equals(Instant.EPOCH) && (counts.full() || !counts.open() || change < 0)) {
            OpenTasks.reopened(handle, task);
        }
        if (change == 0 && counts.wanted() == counts.places()) {
            return;
        }
        int before = Math.min(counts.places(), counts.done() - change);
        handle.createUpdate("""
                        UPDATE batch SET places = places + :places, taken = taken + :taken,
                            gold_done = gold_done + :gold WHERE id = :batch""")
                .bind("places", counts.wanted() - counts.places())
                .bind("taken", Math.min(counts.wanted(), counts.done()) - before)
                .bind("gold", counts.gold() ? change : 0)
                .bind("batch", counts.batch())
                .execute();
    }

    /** Releases the tasks that a labeler holds. */
    static void release(Handle handle, long labeler, OffsetDateTime now) {
        handle.createUpdate("""
                        UPDATE assignment SET lease_until = :now
                        WHERE labeler_id = :id AND state = 'claimed' AND lease_until > :now""").bind("now", now).bind("id", labeler).execute();
        handle.createUpdate("""
                        UPDATE task SET full_until = :now WHERE full_until > :now
                        AND id IN (SELECT task_id FROM assignment WHERE labeler_id = :id AND state = 'claimed')""").bind("now", now).bind("id", labeler).execute();
    }

    /** Recounts a batch's tasks after a bulk change of rankings, tasks or the overlap. */
    static void recount(Handle handle, long batch) {
        OpenTasks.restart(handle, batch);
        SecondOpinions.order(handle, batch);
        Disputes.updateAll(handle, batch);
        String wanted = "(SELECT " + WANTED + " FROM batch b WHERE b.id = t.batch_id)";
        handle.createUpdate("UPDATE task t SET places = %1$s WHERE t.batch_id = :batch AND t.places <> %1$s"
                        .formatted(wanted))
                .bind("batch", batch)
                .execute();
        handle.createUpdate("UPDATE task t SET is_open = NOT t.is_open WHERE t.batch_id = :batch AND t.is_open <> "
                        + "(" + DONE + " < t.places)")
                .bind("batch", batch)
                .execute();
        markFull(handle, batch);
        handle.createUpdate("""
                        UPDATE batch b SET
                            places = (SELECT COALESCE(SUM(t.places), 0) FROM task t WHERE t.batch_id = b.id),
                            taken = (SELECT COALESCE(SUM(LEAST(c.places, c.done)), 0) FROM (
                                SELECT t.places, COUNT(*) AS done FROM task t
                                JOIN assignment a ON a.task_id = t.id AND a.state = 'done'
                                WHERE t.batch_id = :batch AND NOT t.is_gold GROUP BY t.id, t.places) c),
                            gold_done = (SELECT COUNT(*) FROM task t JOIN assignment a ON a.task_id = t.id
                                AND a.state = 'done'
                                WHERE t.batch_id = b.id AND t.is_gold)
                        WHERE b.id = :batch""").bind("batch", batch).execute();
    }

    /** Updates until when tasks of a batch are full. Those whose claims have expired are freed by the next claim. */
    private static void markFull(Handle handle, long batch) {
        handle.createUpdate("UPDATE task SET full_until = %1$s WHERE batch_id = :batch AND full_until <> %1$s"
                        .formatted(OpenTasks.NOT_FULL))
                .bind("batch", batch)
                .execute();
        handle.createUpdate("""
                        UPDATE task t SET full_until = (SELECT MIN(a.lease_until) FROM assignment a
                            WHERE a.task_id = t.id AND a.state = 'claimed')
                        WHERE t.batch_id = :batch AND t.is_open AND t.id IN (SELECT a.task_id FROM labeler l
                            JOIN assignment a ON a.labeler_id = l.id AND a.state = 'claimed')
                        AND (SELECT COUNT(*) FROM assignment a WHERE a.task_id = t.id AND a.state IN ('claimed', 'done'))
                            >= GREATEST(t.places, (SELECT b.overlap FROM batch b WHERE b.id = t.batch_id))""").bind("batch", batch).execute();
    }
}

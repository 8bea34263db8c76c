package dev.rlhf.label.store;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.store.Assignments.Held;
import dev.rlhf.label.store.assignment.Quotas;
import dev.rlhf.label.store.assignment.TagTable;
import dev.rlhf.label.store.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Hands out tasks, in the caller's transaction; writes run one at a time ({@link Database#write}). {@link Assignments}
 * defines places.
 */
final class TaskQueue {
    private final Handle handle;
    private final OffsetDateTime now;
    private final Assignments assignments;

    TaskQueue(Handle handle, OffsetDateTime now) {
        this.handle = handle;
        this.now = now;
        this.assignments = new Assignments(handle, now);
    }

    /**
     * Returns the task that this labeler already holds, otherwise the next free one, and holds it until {@code now +
     * lease}. Empty if all tasks are ranked, others hold the rest, the labeler is paused or has met a quota. A task
     * that the labeler holds is returned even if they have met a quota, unless its lease has expired.
     */
    Optional<Long> claim(Labeler labeler, Duration lease) {
        Quality quality = new Quality(handle, now);
        if (quality.pause(labeler).isPresent()) {
            return Optional.empty();
        }
        Optional<Given> held = held(labeler);
        boolean stop = held.filter(Given::kept).isEmpty()
                && new Quotas(handle, now).met(labeler.id()).isPresent();
        Optional<Long> task = held.filter(given -> given.kept() || !stop).map(Given::task);
        if (!stop) {
            task = task.or(() -> quality.quizLeft(labeler) > 0 ? quiz(labeler) : Optional.empty())
                    .or(() -> fresh(labeler));
        }
        task.ifPresent(id -> hold(labeler, id, now.plus(lease)));
        return task;
    }

    /**
     * Renews a claim and returns its end; has no effect on a labelled task.
     *
     * @throws dev.rlhf.label.api.RefusedException if the task was not given to this labeler, or the place is lost
     */
    Instant renew(Labeler labeler, long task, Duration lease) {
        Held held = assignments.get(labeler, task);
        if (!held.claimed()) {
            return held.leaseUntil();
        }
        if (!held.free()) {
            throw Assignments.placeLost();
        }
        hold(labeler, task, now.plus(lease));
        return assignments.get(labeler, task).leaseUntil();
    }

    /** @param kept whether the lease is valid, or the task was sent back */
    private record Given(long task, boolean kept) {}

    private Optional<Given> held(Labeler labeler) {
        return handle.createQuery("""
                        SELECT t.id, a.lease_until > :now OR a.withdrawn_label IS NOT NULL AS kept
                        FROM assignment a JOIN task t ON t.id = a.task_id JOIN batch b ON b.id = t.batch_id
                        WHERE a.labeler_id = :me AND a.state = 'claimed' AND NOT b.paused
                        AND %s ORDER BY a.withdrawn_label IS NULL, a.id LIMIT 1""".formatted(Assignments.FREE))
                .bind("me", labeler.id())
                .bind("now", now)
                .map((row, context) -> new Given(row.getLong("id"), row.getBoolean("kept")))
                .findOne();
    }

    private record Batch(long id, String name, double goldRate) {}

    /** Returns the batches whose tags the labeler has, in the order in which they are handed out. */
    private List<Batch> running(Labeler labeler) {
        return handle.createQuery("""
                        SELECT id, name, gold_rate FROM batch b WHERE NOT paused AND %s
                        ORDER BY priority DESC, id""".formatted(TagTable.HAS_BATCH_TAGS))
                .bind("me", labeler.id())
                .map((row, context) -> new Batch(row.getLong("id"), row.getString("name"), row.getDouble("gold_rate")))
                .list();
    }

    /** Returns a gold task that the labeler was not given yet. */
    private Optional<Long> quiz(Labeler labeler) {
        return running(labeler).stream()
                .map(batch -> new GoldMix(handle).pick(batch.id(), batch.name(), labeler))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<Long> fresh(Labeler labeler) {
        return running(labeler).stream()
                .map(batch -> new OpenTasks(handle, now, labeler, batch.id())
                        .first()
                        // A gold task replaces another one, so none is given when no other task is left.
                        .map(next -> new GoldMix(handle)
                                .instead(batch.id(), batch.name(), batch.goldRate(), labeler)
                                .orElse(next)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Holds the task until then; one that was sent back no shorter than it is held already. */
    private void hold(Labeler labeler, long task, OffsetDateTime until) {
        int renewed = handle.createUpdate("""
                        UPDATE assignment SET lease_until = CASE WHEN withdrawn_label IS NULL THEN :until
                            ELSE GREATEST(lease_until, :until) END
                        WHERE task_id = :task AND labeler_id = :me""")
                .bind("until", until)
                .bind("task", task)
                .bind("me", labeler.id())
                .execute();
        if (renewed == 0) {
            handle.createUpdate("""
                            INSERT INTO assignment (task_id, labeler_id, state, shown_order, claimed_at, lease_until,
                                seconds_before)
                            VALUES (:task, :me, 'claimed', :order, :now, :until,
                                (SELECT seconds FROM labeler WHERE id = :me))""")
                    .bind("task", task)
                    .bind("me", labeler.id())
                    .bindArray("order", Integer.class, order(labeler, task))
                    .bind("now", now)
                    .bind("until", until)
                    .execute();
            new LabelerCounters(handle).given(labeler.id(), 1);
        }
        assignments.recount(task, 0);
    }

    /** Returns the order determined by the names of batch, task and labeler, the same in every store. */
    private List<Integer> order(Labeler labeler, long task) {
        return handle.createQuery("""
                        SELECT b.name, t.external_id, (SELECT COUNT(*) FROM completion c WHERE c.task_id = t.id) AS size
                        FROM task t JOIN batch b ON b.id = t.batch_id WHERE t.id = :task""")
                .bind("task", task)
                .map((row, context) -> ShownOrder.of(
                        row.getInt("size"), row.getString("name"), row.getString("external_id"), labeler.name()))
                .one();
    }
}

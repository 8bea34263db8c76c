package dev.rlhf.label.internal;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.Progress;
import dev.rlhf.label.Ranks;
import dev.rlhf.label.RefusedException;
import dev.rlhf.label.RefusedException.Reason;
import dev.rlhf.label.ShownTask;
import dev.rlhf.label.Submission;
import java.sql.Array;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Hands out tasks and takes rankings, inside the caller's transaction; writes come one at a time ({@link Database#write}).
 *
 * <p>A task has as many places as its batch's overlap. A place is taken by a ranking, or by a claim whose lease has not run
 * out. A labeler has at most one place of a task, ever.
 */
public final class TaskQueue {
    /** Places of task {@code t} that others than {@code :me} have taken. */
    private static final String TAKEN_BY_OTHERS = """
            (SELECT COUNT(*) FROM assignment o WHERE o.task_id = t.id AND o.labeler_id <> :me
             AND (o.state = 'done' OR o.lease_until > :now))""";

    private final Handle handle;
    private final OffsetDateTime now;

    public TaskQueue(Handle handle, OffsetDateTime now) {
        this.handle = handle;
        this.now = now;
    }

    private record Held(
            long assignment,
            boolean done,
            boolean free,
            @Nullable List<Integer> order) {}

    /**
     * The task this labeler holds already, or else the next free one, now held until {@code now + lease}. Empty if there is
     * none for them: all is ranked, or others hold what is left.
     */
    public Optional<ShownTask> claim(Labeler labeler, Duration lease) {
        Optional<Long> task = held(labeler).or(() -> fresh(labeler));
        task.ifPresent(id -> hold(labeler, id, now.plus(lease)));
        return task.map(id -> shown(labeler, id));
    }

    /**
     * Takes a ranking. The same key again is answered as the first time; another key on a task already ranked is an edit.
     *
     * @return the revision, 1 for the first
     * @throws RefusedException if the task is not this labeler's, the ranks are none, the key was used for another
     *     ranking, or the lease ran out and the place went to someone else
     */
    public int submit(Labeler labeler, long task, Submission submission) {
        Held held = find(labeler, task)
                .orElseThrow(() -> new RefusedException(Reason.NOT_YOURS, "this task was not given to you"));
        if (held.order() == null) {
            throw new RefusedException(Reason.CONFLICT, "this ranking was imported and cannot be changed here");
        }
        try {
            Ranks.check(submission.ranks(), held.order().size());
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Reason.INVALID, String.valueOf(e.getMessage()));
        }
        List<Integer> ranks = Ranks.toStored(submission.ranks(), held.order());
        Optional<Integer> replayed = replayed(held.assignment(), submission.key(), ranks);
        if (replayed.isPresent()) {
            return replayed.get();
        }
        if (!held.done() && !held.free()) {
            throw new RefusedException(
                    Reason.EXPIRED, "your time for this task ran out and it was given to someone else");
        }
        int revision = nextRevision(held.assignment());
        Rankings.insert(
                handle,
                new Rankings.Row(
                        held.assignment(),
                        revision,
                        ranks,
                        submission.seconds(),
                        submission.guideline(),
                        submission.key(),
                        now));
        if (!held.done()) {
            finish(held.assignment(), task);
        }
        return revision;
    }

    public Progress progress(Labeler labeler) {
        int yours = handle.createQuery("SELECT COUNT(*) FROM assignment WHERE labeler_id = :me AND state = 'done'")
                .bind("me", labeler.id())
                .mapTo(Integer.class)
                .one();
        return handle.createQuery("""
                        SELECT COALESCE(SUM(LEAST(overlap, done)), 0) AS rankings, COALESCE(SUM(overlap), 0) AS wanted FROM (
                            SELECT b.overlap, (SELECT COUNT(*) FROM assignment a WHERE a.task_id = t.id AND a.state = 'done') AS done
                            FROM task t JOIN batch b ON b.id = t.batch_id) counts""")
                .map((row, context) ->
                        new Progress(labeler.name(), yours, row.getInt("rankings"), row.getInt("wanted")))
                .one();
    }

    /** Brings {@code is_open} of a batch's tasks up to date after rankings or its overlap were changed wholesale. */
    static void reopen(Handle handle, long batch) {
        handle.createUpdate("""
                        UPDATE task t SET is_open =
                            (SELECT COUNT(*) FROM assignment a WHERE a.task_id = t.id AND a.state = 'done')
                                < (SELECT overlap FROM batch b WHERE b.id = t.batch_id)
                        WHERE t.batch_id = :batch""").bind("batch", batch).execute();
    }

    private Optional<Long> held(Labeler labeler) {
        return handle.createQuery("""
                        SELECT t.id FROM assignment a JOIN task t ON t.id = a.task_id JOIN batch b ON b.id = t.batch_id
                        WHERE a.labeler_id = :me AND a.state = 'claimed' AND NOT b.paused
                        AND %s < b.overlap ORDER BY a.id LIMIT 1""".formatted(TAKEN_BY_OTHERS))
                .bind("me", labeler.id())
                .bind("now", now)
                .mapTo(Long.class)
                .findOne();
    }

    /** Batch by batch, so that each look runs along the index of open tasks and stops at the first that fits. */
    private Optional<Long> fresh(Labeler labeler) {
        List<Long> batches = handle.createQuery("SELECT id FROM batch WHERE NOT paused ORDER BY priority DESC, id")
                .mapTo(Long.class)
                .list();
        return batches.stream()
                .map(batch -> handle.createQuery("""
                                SELECT t.id FROM task t WHERE t.batch_id = :batch AND t.is_open = TRUE
                                AND NOT EXISTS (SELECT 1 FROM assignment m WHERE m.task_id = t.id AND m.labeler_id = :me)
                                AND %s < (SELECT overlap FROM batch WHERE id = :batch)
                                ORDER BY t.batch_id, t.is_open, t.position LIMIT 1""".formatted(TAKEN_BY_OTHERS))
                        .bind("batch", batch)
                        .bind("me", labeler.id())
                        .bind("now", now)
                        .mapTo(Long.class)
                        .findOne())
                .flatMap(Optional::stream)
                .findFirst();
    }

    private void hold(Labeler labeler, long task, OffsetDateTime until) {
        int renewed = handle.createUpdate(
                        "UPDATE assignment SET lease_until = :until WHERE task_id = :task AND labeler_id = :me")
                .bind("until", until)
                .bind("task", task)
                .bind("me", labeler.id())
                .execute();
        if (renewed == 0) {
            handle.createUpdate("""
                            INSERT INTO assignment (task_id, labeler_id, state, shown_order, claimed_at, lease_until)
                            VALUES (:task, :me, 'claimed', :order, :now, :until)""")
                    .bind("task", task)
                    .bind("me", labeler.id())
                    .bindArray("order", Integer.class, order(labeler, task))
                    .bind("now", now)
                    .bind("until", until)
                    .execute();
        }
    }

    /** The order that the names of batch, task and labeler fix: the same in every store. */
    private List<Integer> order(Labeler labeler, long task) {
        return handle.createQuery("""
                        SELECT b.name, t.external_id, (SELECT COUNT(*) FROM completion c WHERE c.task_id = t.id) AS size
                        FROM task t JOIN batch b ON b.id = t.batch_id WHERE t.id = :task""")
                .bind("task", task)
                .map((row, context) -> ShownOrder.of(
                        row.getInt("size"), row.getString("name"), row.getString("external_id"), labeler.name()))
                .one();
    }

    private ShownTask shown(Labeler labeler, long task) {
        List<String> texts = handle.createQuery("SELECT text FROM completion WHERE task_id = :task ORDER BY position")
                .bind("task", task)
                .mapTo(String.class)
                .list();
        List<Integer> order = find(labeler, task).map(Held::order).orElseThrow();
        String messages = handle.createQuery("SELECT messages FROM task WHERE id = :task")
                .bind("task", task)
                .mapTo(String.class)
                .one();
        return new ShownTask(
                task,
                TaskReader.messages(messages),
                order.stream().map(texts::get).toList());
    }

    private Optional<Held> find(Labeler labeler, long task) {
        return handle.createQuery("""
                        SELECT a.id, a.state, a.shown_order, %s < b.overlap AS free
                        FROM assignment a JOIN task t ON t.id = a.task_id JOIN batch b ON b.id = t.batch_id
                        WHERE a.task_id = :task AND a.labeler_id = :me""".formatted(TAKEN_BY_OTHERS))
                .bind("task", task)
                .bind("me", labeler.id())
                .bind("now", now)
                .map((row, context) -> {
                    Array order = row.getArray("shown_order");
                    return new Held(
                            row.getLong("id"),
                            row.getString("state").equals("done"),
                            row.getBoolean("free"),
                            order == null ? null : Rankings.integers(order));
                })
                .findOne();
    }

    private Optional<Integer> replayed(long assignment, String key, List<Integer> ranks) {
        return handle.createQuery(
                        "SELECT revision, ranks FROM ranking WHERE assignment_id = :assignment AND submit_key = :key")
                .bind("assignment", assignment)
                .bind("key", key)
                .map((row, context) -> {
                    if (!Rankings.integers(row.getArray("ranks")).equals(ranks)) {
                        throw new RefusedException(Reason.CONFLICT, "this key was used for another ranking");
                    }
                    return row.getInt("revision");
                })
                .findOne();
    }

    private int nextRevision(long assignment) {
        return handle.createQuery(
                        "SELECT COALESCE(MAX(revision), 0) + 1 FROM ranking WHERE assignment_id = :assignment")
                .bind("assignment", assignment)
                .mapTo(Integer.class)
                .one();
    }

    private void finish(long assignment, long task) {
        handle.createUpdate("UPDATE assignment SET state = 'done', done_at = :now WHERE id = :id")
                .bind("now", now)
                .bind("id", assignment)
                .execute();
        handle.createUpdate("""
                        UPDATE task t SET is_open =
                            (SELECT COUNT(*) FROM assignment a WHERE a.task_id = t.id AND a.state = 'done')
                                < (SELECT overlap FROM batch b WHERE b.id = t.batch_id)
                        WHERE t.id = :task""").bind("task", task).execute();
    }
}

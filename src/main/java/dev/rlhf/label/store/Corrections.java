package dev.rlhf.label.store;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Ranks;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.Correction;
import dev.rlhf.label.store.Assignments.Held;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** An admin's corrections of labels and tasks, in the caller's transaction. No revision of a label is ever deleted. */
final class Corrections {
    /** Time for which the place of a task that was sent back is kept for its labeler. */
    static final Duration HOLD = Duration.ofDays(3);

    private static final int NOTE_LIMIT = 1000;

    private final Handle handle;
    private final OffsetDateTime now;
    private final Actor by;

    Corrections(Handle handle, OffsetDateTime now, Actor by) {
        this.handle = handle;
        this.now = now;
        this.by = by;
    }

    private record Target(
            long assignment,
            long task,
            String name,
            Labeler labeler,
            boolean imported,
            boolean disabled,
            boolean skip) {}

    /**
     * Sends a label back to its labeler, who is given the task again before all others and reads the note. Until then
     * the label counts nowhere. An exported label may be sent back, too.
     *
     * @throws InputException if there is no such label, it was imported, or its labeler is disabled
     */
    void sendBack(long assignment, @Nullable String note) {
        Target target = target(assignment);
        if (target.imported()) {
            throw new InputException("this label was imported; its labeler cannot change it here. Remove it instead");
        }
        if (target.disabled()) {
            throw new InputException(target.labeler().name() + " is disabled; remove the label instead");
        }
        handle.createUpdate("UPDATE assignment SET lease_until = :until, exported_at = NULL WHERE id = :id")
                .bind("until", now.plus(HOLD))
                .bind("id", assignment)
                .execute();
        withdraw(target, "claimed", note);
        Audit.add(handle, now, by, "send_back", target.labeler().name(), detail(target, note));
    }

    /**
     * Removes a label: it counts nowhere, its place is free for others, and its labeler is not given the task again.
     * {@link #restore} reverses it.
     *
     * @throws InputException if there is no such label
     */
    void remove(long assignment, @Nullable String note) {
        Target target = target(assignment);
        withdraw(target, "removed", note);
        Audit.add(handle, now, by, "remove_label", target.labeler().name(), detail(target, note));
    }

    /**
     * Makes a label that was sent back or removed count again, also if its task has got other rankings meanwhile.
     *
     * @throws InputException if there is no such label, or it counts
     */
    void restore(long assignment, @Nullable String note) {
        Target target = target(assignment);
        Assignments assignments = new Assignments(handle, now);
        Held held = assignments.get(target.labeler(), target.task());
        int changed = handle.createUpdate("""
                        UPDATE assignment SET latest_label = withdrawn_label, withdrawn_label = NULL, review_note = NULL
                        WHERE id = :id AND latest_label IS NULL""").bind("id", assignment).execute();
        if (changed == 0) {
            throw new InputException("this label counts already");
        }
        assignments.settle(target.labeler().id(), held, target.skip() ? "skipped" : "done");
        Audit.add(handle, now, by, "restore_label", target.labeler().name(), detail(target, note));
    }

    /** Corrects a label, as {@link #sendBack}, {@link #remove} or {@link #restore}. */
    void correct(Correction correction, long assignment, @Nullable String note) {
        switch (correction) {
            case SEND_BACK -> sendBack(assignment, note);
            case REMOVE -> remove(assignment, note);
            case RESTORE -> restore(assignment, note);
        }
    }

    /**
     * Sets the order that replaces the task's rankings in training.
     *
     * @param ranks in the stored order; null: the rankings count again
     * @throws InputException if there is no such task, it is a gold task, or the ranks do not fit
     */
    void adjudicate(long task, @Nullable List<Integer> ranks) {
        record Found(String name, boolean gold, int completions, boolean judging) {}
        Found found = handle.createQuery("""
                        SELECT t.external_id, t.is_gold, t.answers IS NOT NULL AS judging,
                            (SELECT COUNT(*) FROM completion c WHERE c.task_id = t.id) AS size
                        FROM task t WHERE t.id = :task""")
                .bind("task", task)
                .map((row, context) -> new Found(
                        row.getString("external_id"),
                        row.getBoolean("is_gold"),
                        row.getInt("size"),
                        row.getBoolean("judging")))
                .findOne()
                .orElseThrow(() -> new InputException("there is no such task"));
        if (found.gold()) {
            throw new InputException("a gold task has known ranks; it is not adjudicated");
        }
        if (found.judging()) {
            throw new InputException("a judging task has no order; send labels back or remove them instead");
        }
        if (ranks != null) {
            Ranks.check(ranks, found.completions());
        }
        adjudicate(handle, task, ranks, now);
        Audit.add(handle, now, by, "adjudicate", found.name(), ranks == null ? "withdrawn" : ranks.toString());
    }

    /** Sets or clears an adjudicated order. */
    static void adjudicate(Handle handle, long task, @Nullable List<Integer> ranks, OffsetDateTime now) {
        handle.createUpdate("UPDATE task SET adjudicated = :ranks, adjudicated_at = :now WHERE id = :task")
                .bindByType("ranks", LabelTable.array(ranks), Integer[].class)
                .bindByType("now", ranks == null ? null : now, OffsetDateTime.class)
                .bind("task", task)
                .execute();
    }

    /** A label that was sent back or removed, and not submitted again. */
    record Withdrawn(long task, String labeler) {}

    /** Returns the withdrawn labels of a batch. */
    static List<Withdrawn> withdrawn(Handle handle, long batch) {
        return handle.createQuery("""
                        SELECT t.id, l.name FROM task t JOIN assignment a ON a.task_id = t.id
                        JOIN labeler l ON l.id = a.labeler_id
                        WHERE t.batch_id = :batch AND a.withdrawn_label IS NOT NULL""")
                .bind("batch", batch)
                .map((row, context) -> new Withdrawn(row.getLong("id"), row.getString("name")))
                .list();
    }

    private Target target(long assignment) {
        return handle.createQuery("""
                        SELECT a.task_id, t.external_id, l.id, l.name, l.kind, a.shown_order IS NULL AS imported,
                            l.disabled_at IS NOT NULL AS disabled, b.kind IN ('skip', 'cannot_judge') AS skip
                        FROM assignment a JOIN labeler l ON l.id = a.labeler_id JOIN task t ON t.id = a.task_id
                        JOIN label b ON b.id = COALESCE(a.latest_label, a.withdrawn_label)
                        WHERE a.id = :id""")
                .bind("id", assignment)
                .map((row, context) -> new Target(
                        assignment,
                        row.getLong("task_id"),
                        row.getString("external_id"),
                        new Labeler(row.getLong("id"), row.getString("name"), LabelerKind.of(row.getString("kind"))),
                        row.getBoolean("imported"),
                        row.getBoolean("disabled"),
                        row.getBoolean("skip")))
                .findOne()
                .orElseThrow(() -> new InputException("there is no such label"));
    }

    private void withdraw(Target target, String state, @Nullable String note) {
        if (note != null && note.length() > NOTE_LIMIT) {
            throw new InputException("the note has more than " + NOTE_LIMIT + " characters");
        }
        Assignments assignments = new Assignments(handle, now);
        Held held = assignments.get(target.labeler(), target.task());
        handle.createUpdate("""
                        UPDATE assignment SET withdrawn_label = COALESCE(latest_label, withdrawn_label),
                            latest_label = NULL, review_note = :note WHERE id = :id""")
                .bind("note", note)
                .bind("id", target.assignment())
                .execute();
        assignments.settle(target.labeler().id(), held, state);
    }

    private static String detail(Target target, @Nullable String note) {
        return "task " + target.name() + (note == null ? "" : ": " + note);
    }
}

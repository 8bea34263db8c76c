package dev.rlhf.label.store;

import dev.rlhf.label.BatchSettings;
import dev.rlhf.label.Form;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.GivenTask;
import dev.rlhf.label.api.GivenTask.SentBack;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.Revision;
import dev.rlhf.label.api.ShownTask;
import dev.rlhf.label.store.Assignments.Held;
import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Reads tasks as shown to the labelers to whom they were given. */
final class GivenTasks {
    private final Handle handle;
    private final Assignments assignments;

    GivenTasks(Handle handle, OffsetDateTime now) {
        this.handle = handle;
        this.assignments = new Assignments(handle, now);
    }

    /**
     * Returns the task.
     *
     * @throws RefusedException if it was not given to this labeler
     */
    GivenTask get(Labeler labeler, long task) {
        Held held = assignments.get(labeler, task);
        List<Integer> order = held.shownOrder();
        return new GivenTask(
                shown(task, order),
                form(handle, task, order.size()),
                Drafts.read(handle, held.id()).orElse(null),
                new LabelTable(handle)
                        .last(held.id())
                        .map(revision -> shown(revision, order))
                        .orElse(null),
                held.editable(),
                held.leaseUntil(),
                held.claimed() ? sentBack(held.id()) : null);
    }

    /** Returns the form of a task with this number of completions. */
    static Form form(Handle handle, long task, int completions) {
        BatchSettings batch = Batches.ofTask(handle, task);
        return JudgingTasks.answers(handle, task).isPresent() ? Form.verdict(batch) : Form.of(batch, completions);
    }

    private @Nullable SentBack sentBack(long assignment) {
        return handle.createQuery("SELECT review_note FROM assignment WHERE id = :id AND withdrawn_label IS NOT NULL")
                .bind("id", assignment)
                .map((row, context) -> new SentBack(row.getString("review_note")))
                .findOne()
                .orElse(null);
    }

    /**
     * Returns all revisions of this labeler's label, oldest first.
     *
     * @throws RefusedException if the task was not given to this labeler
     */
    List<Revision> revisions(Labeler labeler, long task) {
        Held held = assignments.get(labeler, task);
        List<Integer> order = held.shownOrder();
        return new LabelTable(handle)
                .revisions(held.id()).stream()
                        .map(revision -> shown(revision, order))
                        .toList();
    }

    private static Revision shown(Revision stored, List<Integer> order) {
        return new Revision(stored.judgement().toShown(order), stored.number(), stored.at());
    }

    private ShownTask shown(long task, List<Integer> order) {
        List<String> texts = handle.createQuery("SELECT text FROM completion WHERE task_id = :task ORDER BY position")
                .bind("task", task)
                .mapTo(String.class)
                .list();
        String messages = handle.createQuery("SELECT messages FROM task WHERE id = :task")
                .bind("task", task)
                .mapTo(String.class)
                .one();
        return new ShownTask(
                task,
                TaskReader.messages(messages),
                order.stream().map(texts::get).toList(),
                JudgingTasks.answers(handle, task).orElse(null));
    }
}

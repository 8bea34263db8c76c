package dev.rlhf.label.store;

import dev.rlhf.label.Judgement;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.RefusedException.Reason;
import dev.rlhf.label.api.Revision;
import dev.rlhf.label.api.Submission;
import dev.rlhf.label.store.Assignments.Held;
import dev.rlhf.label.store.assignment.Quotas;
import dev.rlhf.label.store.database.Database;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Stores submitted labels, in the caller's transaction; writes run one at a time ({@link Database#write}). */
final class Submissions {
    private final Handle handle;
    private final OffsetDateTime now;

    Submissions(Handle handle, OffsetDateTime now) {
        this.handle = handle;
        this.now = now;
    }

    /**
     * Stores a label and drops its draft. The same key again returns the first answer, whatever has happened since;
     * another key on a task already labelled is an edit.
     *
     * @return the revision, 1 for the first
     * @throws RefusedException if the task was not given to this labeler, the label does not fit it, the key was used
     *     for another label, the label was exported, the guidelines were not seen, or the place went to someone else
     */
    int submit(Labeler labeler, long task, Submission submission) {
        Assignments assignments = new Assignments(handle, now);
        Held held = assignments.get(labeler, task);
        List<Integer> order = held.shownOrder();
        Judgement shown = submission.judgement();
        LabelTable labels = new LabelTable(handle);
        Optional<Revision> earlier = labels.byKey(held.id(), submission.key());
        try {
            shown.check(order.size());
            if (earlier.isEmpty()) {
                GivenTasks.form(handle, task, order.size()).check(shown);
            }
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Reason.INVALID, String.valueOf(e.getMessage()));
        }
        Judgement stored = shown.toStored(order);
        if (earlier.isPresent()) {
            return replayed(earlier.get(), stored);
        }
        Assignments.changeable(held);
        String guideline = GuidelineTable.checkSeen(handle, labeler, stored.guideline());
        boolean takesPlace = stored.kind().takesPlace();
        if (takesPlace && !held.done() && !held.free()) {
            throw Assignments.placeLost();
        }
        if (takesPlace
                && held.skipped()
                && new Quotas(handle, now).met(labeler.id()).isPresent()) {
            throw new RefusedException(
                    Reason.CONFLICT, "quota", "you have met your quota, so a skipped task cannot be labelled now");
        }
        Judgement counted = stored.with(stored.seconds(), guideline);
        double before = labels.last(held.id()).map(Submissions::seconds).orElse(0.0);
        double more = Objects.requireNonNullElse(counted.seconds(), 0.0) - before;
        new LabelerCounters(handle).credit(labeler.id(), held.id(), now, more);
        int revision = labels.insert(held.id(), counted, submission.key(), now);
        assignments.settle(labeler.id(), held, takesPlace ? "done" : "skipped");
        Drafts.drop(handle, held.id());
        if (stored.kind() != LabelKind.VERDICT) {
            new Quality(handle, now).check(labeler, task, stored.kind() == LabelKind.RANKING);
        }
        return revision;
    }

    private static double seconds(Revision revision) {
        return Objects.requireNonNullElse(revision.judgement().seconds(), 0.0);
    }

    /** Compares without time and guidelines, which may have changed since the first attempt. */
    private static int replayed(Revision earlier, Judgement stored) {
        if (!earlier.judgement().with(null, null).equals(stored.with(null, null))) {
            throw new RefusedException(Reason.CONFLICT, "key", "this key was used for another label");
        }
        return earlier.number();
    }
}

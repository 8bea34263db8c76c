package dev.rlhf.label.store;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.ActiveDay;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.DayRange;
import dev.rlhf.label.api.Draft;
import dev.rlhf.label.api.ExportFilter;
import dev.rlhf.label.api.ExportResult;
import dev.rlhf.label.api.GivenTask;
import dev.rlhf.label.api.LabelHistory;
import dev.rlhf.label.api.LabelerPause;
import dev.rlhf.label.api.LabelingProgress;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.Revision;
import dev.rlhf.label.api.StaleDraftException;
import dev.rlhf.label.api.Submission;
import dev.rlhf.label.api.TasksLeft;
import dev.rlhf.label.assignment.QuotaMet;
import dev.rlhf.label.judging.JudgingExport;
import dev.rlhf.label.store.assignment.Quotas;
import dev.rlhf.label.store.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The labelers' operations on a {@link LabelStore}, and the export. Thread-safe; closed with its store. When a method
 * has returned, its changes survive the process being killed. Methods with a task throw {@link RefusedException} with
 * {@link RefusedException.Reason#NOT_YOURS} if the task was not given to the labeler.
 */
public final class LabelerService {
    /** Largest page of a history, in labels. */
    public static final int HISTORY_LIMIT = 200;

    private final Database database;

    LabelerService(Database database) {
        this.database = database;
    }

    /**
     * Returns the task that this labeler holds, or claims the next free one for the duration of the lease. Two labelers
     * never hold the same place of a task, and nobody gets a task again that they have labelled. Empty if there is no
     * task for this labeler now.
     */
    public Optional<GivenTask> next(Labeler labeler, Duration lease) {
        return database.write(handle -> next(handle, labeler, lease));
    }

    private Optional<GivenTask> next(Handle handle, Labeler labeler, Duration lease) {
        return new TaskQueue(handle, database.now())
                .claim(labeler, lease)
                .map(task -> new GivenTasks(handle, database.now()).get(labeler, task));
    }

    /** Returns a task that this labeler was given, labelled or not. */
    public GivenTask task(Labeler labeler, long task) {
        return database.read(handle -> new GivenTasks(handle, database.now()).get(labeler, task));
    }

    /**
     * Renews a claim; has no effect on a labelled task.
     *
     * @return end of the lease
     * @throws RefusedException if somebody else has the place by now
     */
    public Instant heartbeat(Labeler labeler, long task, Duration lease) {
        return database.write(handle -> new TaskQueue(handle, database.now()).renew(labeler, task, lease));
    }

    /**
     * Saves a draft over {@code version}, the version that the page has; 0 if it has none.
     *
     * @param content JSON
     * @return the new version
     * @throws StaleDraftException if another tab has saved or submitted in the meantime
     * @throws RefusedException if the draft is larger than {@link Draft#LIMIT}, or the label can no longer be changed
     */
    public int saveDraft(Labeler labeler, long task, int version, String content) {
        return database.write(handle -> new Drafts(handle, database.now()).save(labeler, task, version, content));
    }

    /** Drops the draft, if there is one. */
    public void dropDraft(Labeler labeler, long task) {
        database.write(handle -> {
            new Drafts(handle, database.now()).drop(labeler, task);
            return true;
        });
    }

    /**
     * Stores a label and drops its draft. Sending the same submission again returns the same answer and stores nothing;
     * another key is an edit, and the earlier revision stays. A ranking takes the place; a skip frees it for others.
     *
     * @return the revision, from 1
     * @throws RefusedException if it does not fit the task, the key was used for another label, the label was exported,
     *     the current guidelines were not seen, or somebody else has the place by now
     */
    public int submit(Labeler labeler, long task, Submission submission) {
        return database.write(handle -> new Submissions(handle, database.now()).submit(labeler, task, submission));
    }

    /**
     * A stored label, and the labeler's next task.
     *
     * @param next empty if there is no task for the labeler now
     */
    public record Submitted(int revision, Optional<GivenTask> next) {}

    /** Stores a label as {@link #submit}, and hands out the next task as {@link #next}, in one transaction. */
    public Submitted submitAndNext(Labeler labeler, long task, Submission submission, Duration lease) {
        return database.write(handle -> {
            int revision = new Submissions(handle, database.now()).submit(labeler, task, submission);
            return new Submitted(revision, next(handle, labeler, lease));
        });
    }

    /** Returns all revisions of this labeler's label of a task, oldest first. */
    public List<Revision> revisions(Labeler labeler, long task) {
        return database.read(handle -> new GivenTasks(handle, database.now()).revisions(labeler, task));
    }

    /**
     * Returns a labeler's own labels, latest first.
     *
     * @param before {@link LabelHistory#next} of the previous page; null: from the start
     * @param limit labels per page, 1 to {@link #HISTORY_LIMIT}
     */
    public LabelHistory history(Labeler labeler, @Nullable Long before, int limit) {
        if (limit < 1 || limit > HISTORY_LIMIT) {
            throw new IllegalArgumentException("limit is " + limit + "; it is 1 to " + HISTORY_LIMIT);
        }
        return database.read(handle -> new HistoryReader(handle, database.now()).page(labeler, before, limit));
    }

    /**
     * Returns a labeler's progress.
     *
     * @param zone time zone of the labeler, which decides when today began
     */
    public LabelingProgress progress(Labeler labeler, ZoneOffset zone) {
        return database.read(handle -> new ProgressReader(handle, database.now()).of(labeler, zone));
    }

    /** Returns a labeler's active time by day. */
    public List<ActiveDay> activeTime(Labeler labeler, DayRange range) {
        return database.read(handle -> new ActiveTimeReader(handle).days(range, labeler));
    }

    /** Returns why this labeler is given no tasks; empty if they are not paused. */
    public Optional<LabelerPause> pause(Labeler labeler) {
        return database.read(handle -> new Quality(handle, database.now()).pause(labeler));
    }

    /** Returns the quota for which this labeler is given no new tasks; empty if they have met none. */
    public Optional<QuotaMet> quotaMet(Labeler labeler) {
        return database.read(handle -> new Quotas(handle, database.now()).met(labeler.id()));
    }

    /** Counts the tasks that a labeler may still be given, no more than their quota allows. */
    public TasksLeft left(Labeler labeler) {
        return database.read(handle -> new ProgressReader(handle, database.now()).left(labeler));
    }

    /**
     * Records that a labeler was shown a version of the guidelines. Only labelers who saw the current version can
     * submit labels.
     *
     * @throws RefusedException if the store has no such version
     */
    public void sawGuidelines(Labeler labeler, String version) {
        database.write(handle -> {
            GuidelineTable.saw(handle, labeler, version, database.now());
            return true;
        });
    }

    /** Returns the most recent version of the guidelines that this labeler has seen; empty if they have seen none. */
    public Optional<String> guidelinesSeen(Labeler labeler) {
        return database.read(handle -> GuidelineTable.seen(handle, labeler));
    }

    /**
     * Exports labels.
     *
     * @param close whether labelers can no longer change the exported rankings
     * @param by the exporter, for the audit table
     * @throws InputException if there is no such batch, labeler or version of the guidelines, or two batches share a
     *     task's id
     */
    public ExportResult export(ExportFilter filter, boolean close, Actor by) {
        if (close) {
            return database.write(
                    handle -> audited(handle, filter, Exports.run(handle, filter, true, database.now()), "", by));
        }
        // Reads a snapshot, so that nobody's label waits for it.
        ExportResult exported = database.read(handle -> Exports.run(handle, filter, false, database.now()));
        return database.write(handle -> audited(handle, filter, exported, ", still open to changes", by));
    }

    /**
     * Exports the verdicts of judging tasks, as {@link #export}.
     *
     * @param close whether labelers can no longer change the exported verdicts
     */
    public JudgingExport exportVerdicts(ExportFilter filter, boolean close, Actor by) {
        return database.write(handle -> {
            JudgingExport exported = new JudgingTasks(handle, database.now()).export(filter, close);
            String detail = exported.verdicts() + " verdicts" + (close ? "" : ", still open to changes");
            Audit.add(handle, database.now(), by, "export", filter.batch(), detail);
            return exported;
        });
    }

    private ExportResult audited(Handle handle, ExportFilter filter, ExportResult exported, String more, Actor by) {
        String detail = exported.rankings() + " rankings" + more;
        Audit.add(handle, database.now(), by, "export", filter.batch(), detail);
        return exported;
    }
}

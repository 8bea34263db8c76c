package dev.rlhf.label.store;

import dev.rlhf.base.InputException;
import dev.rlhf.label.BatchSettings;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.api.Draft;
import dev.rlhf.label.api.ExportFilter;
import dev.rlhf.label.api.ExportResult;
import dev.rlhf.label.api.GivenTask;
import dev.rlhf.label.api.LabelHistory;
import dev.rlhf.label.api.LabelingProgress;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.Revision;
import dev.rlhf.label.api.StaleDraftException;
import dev.rlhf.label.api.Submission;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What labelers do in a {@link LabelStore}, and the settings of the batches they work on. Thread-safe, closed with its
 * store. What a method has returned from survives the process being killed. Methods that name a task throw
 * {@link RefusedException} with {@link RefusedException.Reason#NOT_YOURS} if it was not given to that labeler.
 */
public final class LabelerService {
    /** Most labels on one page of a history. */
    public static final int HISTORY_LIMIT = 200;

    private final Database database;

    LabelerService(Database database) {
        this.database = database;
    }

    /**
     * The task this labeler holds, or else the next one that is free, held for them until the lease runs out. Two
     * labelers never hold one place of a task, and nobody is given a task again that they have labelled. Empty: nothing
     * for them now.
     */
    public Optional<GivenTask> next(Labeler labeler, Duration lease) {
        return database.write(handle -> new TaskQueue(handle, database.now())
                .claim(labeler, lease)
                .map(task -> new GivenTasks(handle, database.now()).get(labeler, task)));
    }

    /** A task this labeler was given, labelled or not. */
    public GivenTask task(Labeler labeler, long task) {
        return database.read(handle -> new GivenTasks(handle, database.now()).get(labeler, task));
    }

    /**
     * Renews a claim; what is labelled already stays as it is.
     *
     * @return until when the place is held
     * @throws RefusedException if somebody else has the place by now
     */
    public Instant heartbeat(Labeler labeler, long task, Duration lease) {
        return database.write(handle -> new TaskQueue(handle, database.now()).renew(labeler, task, lease));
    }

    /**
     * Saves a draft over the version that the page has, 0 if it has none.
     *
     * @param content JSON
     * @return the new version
     * @throws StaleDraftException if another tab has saved or submitted since
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
     * Stores a label and drops its draft. The same submission again is answered alike and stored once; another key is
     * an edit, and the earlier revision stays. A ranking takes the place; a skip gives it to others.
     *
     * @return the revision, from 1
     * @throws RefusedException if it does not fit the task, the key was used for another label, the label was exported,
     *     the current guidelines were not seen, or somebody else has the place by now
     */
    public int submit(Labeler labeler, long task, Submission submission) {
        return database.write(handle -> new Submissions(handle, database.now()).submit(labeler, task, submission));
    }

    /** All revisions of this labeler's label of a task, the first one first. */
    public List<Revision> revisions(Labeler labeler, long task) {
        return database.read(handle -> new GivenTasks(handle, database.now()).revisions(labeler, task));
    }

    /**
     * Own labels, the latest first.
     *
     * @param before {@link LabelHistory#next} of the page before; null: from the start
     * @param limit labels a page, 1 to {@link #HISTORY_LIMIT}
     */
    public LabelHistory history(Labeler labeler, @Nullable Long before, int limit) {
        if (limit < 1 || limit > HISTORY_LIMIT) {
            throw new IllegalArgumentException("limit is " + limit + "; it is 1 to " + HISTORY_LIMIT);
        }
        return database.read(handle -> new HistoryReader(handle, database.now()).page(labeler, before, limit));
    }

    /** @param zone the labeler's, by which today began */
    public LabelingProgress progress(Labeler labeler, ZoneOffset zone) {
        return database.read(handle -> new ProgressReader(handle, database.now()).of(labeler, zone));
    }

    /** {@link #progress(Labeler, ZoneOffset)} by UTC. */
    public LabelingProgress progress(Labeler labeler) {
        return progress(labeler, ZoneOffset.UTC);
    }

    /**
     * Notes that a labeler was shown a version of the guidelines; labels are taken from those who saw the current one.
     *
     * @throws RefusedException if the store has no such version
     */
    public void sawGuidelines(Labeler labeler, String version) {
        database.write(handle -> {
            GuidelineTable.saw(handle, labeler, version, database.now());
            return true;
        });
    }

    /** The version this labeler has seen that was current last; empty if they have seen none. */
    public Optional<String> guidelinesSeen(Labeler labeler) {
        return database.read(handle -> GuidelineTable.seen(handle, labeler));
    }

    /** @throws InputException if there is no such batch */
    public BatchSettings batch(String name) {
        return database.read(handle -> Batches.settings(handle, name));
    }

    /** @throws InputException if there is no such batch */
    public void change(String batch, BatchChange change) {
        database.write(handle -> {
            Batches.change(handle, batch, change);
            return true;
        });
    }

    /**
     * Gives labels away for good: the rankings that fit can no longer be changed by the labelers.
     *
     * @param by who takes them: it is in the audit table
     * @throws InputException if there is no such batch, labeler or version of the guidelines
     */
    public ExportResult export(ExportFilter filter, Actor by) {
        return database.write(handle -> {
            ExportResult exported = Exports.run(handle, filter, database.now());
            Audit.add(handle, database.now(), by, "export", filter.batch(), exported.rankings() + " rankings");
            return exported;
        });
    }
}

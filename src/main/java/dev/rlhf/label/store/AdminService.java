package dev.rlhf.label.store;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Tags;
import dev.rlhf.label.agreement.AgreementReport;
import dev.rlhf.label.api.ActiveDay;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.api.BatchStatus;
import dev.rlhf.label.api.Correction;
import dev.rlhf.label.api.DayRange;
import dev.rlhf.label.api.Dispute;
import dev.rlhf.label.api.GoldTask;
import dev.rlhf.label.api.GuidelinesVersion;
import dev.rlhf.label.api.LabelPage;
import dev.rlhf.label.api.LabelQuery;
import dev.rlhf.label.api.LabelerPause;
import dev.rlhf.label.api.LabelerStatus;
import dev.rlhf.label.api.Pace;
import dev.rlhf.label.api.QualityDay;
import dev.rlhf.label.api.QualityLines;
import dev.rlhf.label.api.ReviewedTask;
import dev.rlhf.label.api.SelectedLabels;
import dev.rlhf.label.api.Unread;
import dev.rlhf.label.assignment.ProjectQuota;
import dev.rlhf.label.assignment.Quota;
import dev.rlhf.label.judging.VerdictCounts;
import dev.rlhf.label.store.assignment.Quotas;
import dev.rlhf.label.store.assignment.TagTable;
import dev.rlhf.label.store.database.Backups;
import dev.rlhf.label.store.database.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The admin's view of a labelling project, and the admin's actions, which are written to the audit table. A null batch
 * means all batches; an unknown one is an {@link InputException}. Part of {@link LabelStore}; thread-safe.
 */
public final class AdminService {
    /** Largest page of labels. */
    public static final int LABELS_LIMIT = 200;

    private static final int CORRECTED_AT_ONCE = 50;

    private final Database database;

    AdminService(Database database) {
        this.database = database;
    }

    /** Returns the progress of all batches, in the order they were created. */
    public List<BatchStatus> batches() {
        return database.read(handle -> new AdminReader(handle).batches(database.now()));
    }

    /** Returns statistics of all labelers who have labels, by name. */
    public List<LabelerStatus> labelers(@Nullable String batch) {
        return database.read(handle -> new AdminReader(handle).labelers(batch));
    }

    /** Counts the verdicts of judging tasks and the agreement of their labelers. */
    public VerdictCounts verdicts(@Nullable String batch) {
        return database.read(handle -> new AdminReader(handle).verdicts(batch));
    }

    /**
     * Returns the agreement of labelers on tasks that are not gold. The same labels give the same intervals. Takes
     * seconds on large stores.
     */
    public AgreementReport agreement(@Nullable String batch) {
        return database.read(handle -> new AdminReader(handle).agreement(batch));
    }

    /** Returns tasks on which labelers disagree, worst first, without gold tasks and those that an admin decided. */
    public List<Dispute> disputes(@Nullable String batch, int limit) {
        return database.read(handle -> new AdminReader(handle).disputes(batch, limit));
    }

    /** Returns the tasks with known ranks, and how labelers ranked them. */
    public List<GoldTask> gold(@Nullable String batch) {
        return database.read(handle -> new AdminReader(handle).gold(batch));
    }

    /** Returns all versions of the guidelines, the current one first. */
    public List<GuidelinesVersion> guidelines() {
        return database.read(handle -> new AdminReader(handle).guidelines());
    }

    /** Returns the active time of all labelers, by labeler and day. */
    public List<ActiveDay> activeTime(DayRange range) {
        return database.read(handle -> new ActiveTimeReader(handle).days(range, null));
    }

    /**
     * Returns labels of any kind, latest first.
     *
     * @param before {@link LabelPage#next} of the previous page; null: from the start
     * @param limit labels per page, 1 to {@link #LABELS_LIMIT}
     */
    public LabelPage labels(LabelQuery query, @Nullable Long before, int limit) {
        if (limit < 1 || limit > LABELS_LIMIT) {
            throw new IllegalArgumentException("limit is " + limit + "; it is 1 to " + LABELS_LIMIT);
        }
        return database.read(handle -> new LabelBrowser(handle).page(query, before, limit));
    }

    /** Counts the labels that a query selects. */
    public SelectedLabels count(LabelQuery query) {
        return database.read(handle -> new LabelBrowser(handle).count(query));
    }

    /**
     * Corrects all labels that a query selects and that can be corrected so, each as {@link #sendBack}, {@link #remove}
     * or {@link #restore}. Labelers do not wait for all of it: it is stored in parts, each whole or not at all.
     *
     * @param upTo {@link SelectedLabels#upTo}; labels made later are left alone
     * @param note for each labeler, or for the audit; null: none
     * @return how many labels were changed
     */
    public int correct(Correction correction, LabelQuery query, long upTo, @Nullable String note, Actor by) {
        List<LabelBrowser.Selected> selected =
                database.read(handle -> new LabelBrowser(handle).selected(query, correction, upTo));
        int changed = 0;
        for (int from = 0; from < selected.size(); from += CORRECTED_AT_ONCE) {
            List<LabelBrowser.Selected> part =
                    selected.subList(from, Math.min(from + CORRECTED_AT_ONCE, selected.size()));
            changed += database.write(handle -> {
                LabelBrowser labels = new LabelBrowser(handle);
                List<LabelBrowser.Selected> still = part.stream()
                        .filter(label -> labels.applies(correction, label))
                        .toList();
                Corrections corrections = new Corrections(handle, database.now(), by);
                still.forEach(label -> corrections.correct(correction, label.assignment(), note));
                return still.size();
            });
        }
        return changed;
    }

    /** Returns a task with all its labels. */
    public ReviewedTask task(long task) {
        return database.read(handle -> new LabelBrowser(handle).task(task));
    }

    /** Counts comments and reports of personal data that no admin has marked as read. */
    public Unread unread() {
        return database.read(handle -> new LabelBrowser(handle).unread());
    }

    /** Marks remarks as read, for all admins. */
    public void markRead(long upTo) {
        database.run(handle -> new LabelBrowser(handle).markRead(upTo));
    }

    /**
     * Sends a label back to its labeler, who is given the task again. The label counts nowhere until it is submitted
     * again.
     *
     * @param label id of the assignment, {@link LabelPage.Entry#id}
     * @param note a message to the labeler; null: none
     * @return the task with all its labels
     * @throws InputException if there is no such label, it was imported, or its labeler is disabled
     */
    public ReviewedTask sendBack(long label, @Nullable String note, Actor by) {
        return database.write(handle -> {
            new Corrections(handle, database.now(), by).sendBack(label, note);
            return reviewed(handle, label);
        });
    }

    /**
     * Removes a label: it counts nowhere, and its place is free for another labeler. {@link #restore} reverses it.
     *
     * @return the task with all its labels
     * @throws InputException if there is no such label
     */
    public ReviewedTask remove(long label, @Nullable String note, Actor by) {
        return database.write(handle -> {
            new Corrections(handle, database.now(), by).remove(label, note);
            return reviewed(handle, label);
        });
    }

    /**
     * Makes a label that was sent back or removed count again.
     *
     * @return the task with all its labels
     * @throws InputException if there is no such label, or it counts
     */
    public ReviewedTask restore(long label, @Nullable String note, Actor by) {
        return database.write(handle -> {
            new Corrections(handle, database.now(), by).restore(label, note);
            return reviewed(handle, label);
        });
    }

    /**
     * Decides the order of a task. It replaces the task's rankings in training and in exports of pairs.
     *
     * @param ranks one per completion in the stored order; null: the labelers' rankings count again
     * @return the task with all its labels
     * @throws InputException if there is no such task, or it is a gold task
     */
    public ReviewedTask adjudicate(long task, @Nullable List<Integer> ranks, Actor by) {
        return database.write(handle -> {
            new Corrections(handle, database.now(), by).adjudicate(task, ranks);
            return new LabelBrowser(handle).task(task);
        });
    }

    /** Returns the thresholds below which labelers are paused. */
    public QualityLines qualityLines() {
        return database.read(handle -> new Quality(handle, database.now()).lines());
    }

    /** Sets the thresholds. A labeler below one is paused with their next ranking. */
    public void setQualityLines(QualityLines lines, Actor by) {
        database.run(handle -> new Quality(handle, database.now()).set(lines, by));
    }

    /** Returns all labelers who are paused now, the latest first. */
    public List<LabelerPause> pauses() {
        return database.read(handle -> new Quality(handle, database.now()).pauses());
    }

    /**
     * Ends a labeler's pause. Rankings made before do not count towards the next one.
     *
     * @throws InputException if the labeler is not paused
     */
    public void liftPause(String labeler, Actor by) {
        database.run(handle -> new Quality(handle, database.now()).lift(labeler, by));
    }

    /**
     * Returns the quality of rankings by day, oldest first.
     *
     * @param labeler null: all labelers
     */
    public List<QualityDay> qualityByDay(@Nullable String batch, @Nullable String labeler) {
        return database.read(handle -> new QualityReader(handle).days(new AdminReader(handle).known(batch), labeler));
    }

    /** Returns how fast labelers are, the fastest first. */
    public List<Pace> pace(@Nullable String batch) {
        return database.read(handle -> new QualityReader(handle).pace(new AdminReader(handle).known(batch)));
    }

    /** Returns all tags of tasks, batches and labelers, sorted. */
    public List<String> tags() {
        return database.read(handle -> new TagTable(handle).known());
    }

    /**
     * Replaces a labeler's tags. They keep the tasks that they hold.
     *
     * @throws InputException if there is no such labeler, or a tag is not valid
     */
    public void setTags(String labeler, List<String> tags, Actor by) {
        List<String> checked = Tags.checked(tags);
        database.run(handle -> {
            long id = Users.labeler(handle, labeler, database.now());
            new TagTable(handle).set(TagTable.Owner.LABELER, id, checked);
            OpenTasks.restartLabeler(handle, id);
            Audit.add(handle, database.now(), by, "set_tags", labeler, String.join(", ", checked));
        });
    }

    /** Returns the quota of all labelers who have none of their own. */
    public ProjectQuota projectQuota() {
        return database.read(handle -> new Quotas(handle, database.now()).project());
    }

    /** Sets the quota of all labelers who have none of their own. */
    public void setProjectQuota(ProjectQuota quota, Actor by) {
        database.run(handle -> {
            new Quotas(handle, database.now()).setProject(quota);
            Audit.add(handle, database.now(), by, "set_quota", null, quota.words());
        });
    }

    /**
     * Sets a labeler's own quota.
     *
     * @throws InputException if there is no such labeler
     */
    public void setQuota(String labeler, Quota quota, Actor by) {
        database.run(handle -> {
            new Quotas(handle, database.now()).set(Users.labeler(handle, labeler, database.now()), quota);
            Audit.add(handle, database.now(), by, "set_quota", labeler, quota.words());
        });
    }

    private static ReviewedTask reviewed(Handle handle, long label) {
        LabelBrowser labels = new LabelBrowser(handle);
        return labels.task(labels.taskOf(label));
    }

    /** Changes the settings of a batch. */
    public void change(String batch, BatchChange change, Actor by) {
        database.run(handle -> {
            Batches.change(handle, batch, change);
            Audit.add(handle, database.now(), by, "change_batch", batch, change.words());
        });
    }

    /**
     * Writes a backup of the store, a zip file, while labelers keep working. It contains everything acknowledged before
     * the call. Replaces the file.
     *
     * @see #restore
     */
    public void backup(Path file, Actor by) throws IOException {
        Backups.write(database, file);
        database.run(handle -> Audit.add(handle, database.now(), by, "backup", null, null));
    }

    /**
     * Restores a backup to a new store.
     *
     * @param store {@code NAME.mv.db}, the suffix may be left out; must not exist
     * @throws InputException if the store exists, or the file is not a backup
     */
    public static void restore(Path backup, Path store) throws IOException {
        Backups.restore(backup, store);
    }
}

package dev.rlhf.label.store;

import dev.rlhf.base.InputException;
import dev.rlhf.label.agreement.AgreementReport;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.BatchChange;
import dev.rlhf.label.api.BatchStatus;
import dev.rlhf.label.api.Dispute;
import dev.rlhf.label.api.GoldTask;
import dev.rlhf.label.api.GuidelinesVersion;
import dev.rlhf.label.api.LabelerStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The admin's view of a labelling project, and the admin's actions, which are written to the audit table. A null batch
 * means all batches; an unknown one is an {@link InputException}. Part of {@link LabelStore}; thread-safe.
 */
public final class AdminService {
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

    /**
     * Returns the agreement of labelers on tasks that are not gold. The same labels give the same intervals. Takes
     * seconds on large stores.
     */
    public AgreementReport agreement(@Nullable String batch) {
        return database.read(handle -> new AdminReader(handle).agreement(batch));
    }

    /** Returns tasks on which labelers disagree, worst first, without gold tasks. */
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

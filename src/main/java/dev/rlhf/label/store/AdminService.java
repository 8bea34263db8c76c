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
 * What the lead of a labelling project looks at and does. What is done here is in the audit table. Where a batch can be
 * named, null is all of them, and a name that is none's is an {@link InputException}. Part of {@link LabelStore};
 * thread-safe.
 */
public final class AdminService {
    private final Database database;

    AdminService(Database database) {
        this.database = database;
    }

    /** How far the batches are, in the order they were made. */
    public List<BatchStatus> batches() {
        return database.read(handle -> new AdminReader(handle).batches(database.now()));
    }

    /** How those who have labels work, by name. */
    public List<LabelerStatus> labelers(@Nullable String batch) {
        return database.read(handle -> new AdminReader(handle).labelers(batch));
    }

    /**
     * How far labelers agree, on tasks that are not gold. The same labels give the same intervals. Seconds on large
     * stores.
     */
    public AgreementReport agreement(@Nullable String batch) {
        return database.read(handle -> new AdminReader(handle).agreement(batch));
    }

    /** Tasks that are not gold and on which labelers differ, those they differ on most first. */
    public List<Dispute> disputes(@Nullable String batch, int limit) {
        return database.read(handle -> new AdminReader(handle).disputes(batch, limit));
    }

    /** Tasks with a known answer, and how they are answered. */
    public List<GoldTask> gold(@Nullable String batch) {
        return database.read(handle -> new AdminReader(handle).gold(batch));
    }

    /** Every text of the guidelines there was, the current one first. */
    public List<GuidelinesVersion> guidelines() {
        return database.read(handle -> new AdminReader(handle).guidelines());
    }

    /** Changes how a batch is worked on. */
    public void change(String batch, BatchChange change, Actor by) {
        database.run(handle -> {
            Batches.change(handle, batch, change);
            Audit.add(handle, database.now(), by, "change_batch", batch, change.words());
        });
    }

    /**
     * Copies the store into a zip while labelers go on working: everything that was acknowledged before is in it.
     * Replaces the file.
     *
     * @see #restore
     */
    public void backup(Path file, Actor by) throws IOException {
        Backups.write(database, file);
        database.run(handle -> Audit.add(handle, database.now(), by, "backup", null, null));
    }

    /**
     * Makes a store of a backup.
     *
     * @param store {@code NAME.mv.db}, the suffix may be left out; there must be none yet
     * @throws InputException if there is one, or the backup is none
     */
    public static void restore(Path backup, Path store) throws IOException {
        Backups.restore(backup, store);
    }
}

package dev.rlhf.label.store.database;

import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes backups of a store, a zip file with the store's file, and restores them. H2 writes them while the store is in
 * use.
 */
public final class Backups {
    private Backups() {}

    /**
     * Writes a backup that is one consistent state of the store and contains everything acknowledged before the call.
     * Replaces the file atomically.
     */
    public static void write(Database database, Path file) throws IOException {
        AtomicFiles.writeFile(file, database::backup);
    }

    /**
     * Restores a backup to a new store.
     *
     * @param store {@code NAME.mv.db}, or just {@code NAME}; must not exist
     * @throws InputException if the store exists, or the file is not a backup, is damaged or comes from a later version
     */
    public static void restore(Path backup, Path store) throws IOException {
        Path target = StoreFile.mvFile(store);
        if (Files.exists(target)) {
            throw InputException.at(target, "is there already; restore to another name, or move it away first");
        }
        Path folder = target.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path trial =
                target.resolveSibling("restoring-" + ProcessHandle.current().pid() + "-" + target.getFileName());
        try {
            BackupZip.unpack(backup, trial);
            try {
                StoreFile.open(trial).close();
            } catch (InputException e) {
                throw new InputException(backup + ": holds no label store that can be opened: " + e.getMessage(), e);
            }
            Files.createLink(
                    target, trial); // unlike a move it never replaces what another process has put there meanwhile
        } catch (FileAlreadyExistsException e) {
            throw new InputException(target + ": is there already; restore to another name", e);
        } finally {
            Files.deleteIfExists(trial);
        }
    }
}

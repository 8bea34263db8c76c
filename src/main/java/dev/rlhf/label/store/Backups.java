package dev.rlhf.label.store;

import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * Writes backups of a store, a zip file with the store's file, and restores them. H2 writes them while the store is in
 * use.
 */
final class Backups {
    private static final String ENTRY = ".mv.db";

    private Backups() {}

    /**
     * Writes a backup that is one consistent state of the store and contains everything acknowledged before the call.
     * Replaces the file, whole or not at all.
     */
    static void write(Database database, Path file) throws IOException {
        AtomicFiles.writeFile(file, database::backup);
    }

    /**
     * Restores a backup to a new store.
     *
     * @param store {@code NAME.mv.db}, or just {@code NAME}; must not exist
     * @throws InputException if the store exists, or the file is not a backup, is damaged or comes from a later version
     */
    static void restore(Path backup, Path store) throws IOException {
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
            unpack(backup, trial);
            try (LabelStore opened = LabelStore.open(trial)) {
                opened.metrics();
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

    /** Writes the store in a backup to a file that does not exist yet. */
    static void unpack(Path backup, Path target) throws IOException {
        try (InputStream stream = Files.newInputStream(backup);
                ZipInputStream zip = new ZipInputStream(stream)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().endsWith(ENTRY)) {
                    Files.copy(zip, target);
                    return;
                }
            }
        } catch (NoSuchFileException e) {
            throw new InputException(backup + ": no such file", e);
        } catch (ZipException | EOFException e) {
            throw new InputException(backup + ": a damaged backup: " + e.getMessage(), e);
        }
        throw InputException.at(backup, "no backup of a label store; make one with rlhf label backup");
    }
}

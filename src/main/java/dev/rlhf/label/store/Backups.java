package dev.rlhf.label.store;

import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/** A store's file in a zip: made by H2 while the store is written to, and made a store again elsewhere. */
final class Backups {
    private static final String ENTRY = ".mv.db";

    private Backups() {}

    /**
     * Writes a backup that has everything acknowledged before the call, and is one whole state of the store. Replaces
     * the file, whole or not at all.
     */
    static void write(Database database, Path file) throws IOException {
        AtomicFiles.writeFile(file, database::backup);
    }

    /**
     * Makes a store of a backup; there must be none yet.
     *
     * @param store {@code NAME.mv.db}, or just {@code NAME}
     * @throws InputException if there is one, or the backup is none, damaged or of a later version
     */
    static void restore(Path backup, Path store) throws IOException {
        Path target = Database.mvFile(store);
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

    private static void unpack(Path backup, Path target) throws IOException {
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
        } catch (ZipException | java.io.EOFException e) {
            throw new InputException(backup + ": a damaged backup: " + e.getMessage(), e);
        }
        throw InputException.at(backup, "no backup of a label store; make one with rlhf label backup");
    }
}

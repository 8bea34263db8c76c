package dev.rlhf.label.store.database;

import dev.rlhf.base.InputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/** Reads the zip files that H2 writes as backups. */
final class BackupZip {
    private static final String ENTRY = ".mv.db";

    private BackupZip() {}

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

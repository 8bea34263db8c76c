package dev.rlhf.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
    @TempDir
    Path folder;

    @Test
    void leftoversOfAKilledProcessAreDeletedAndAnUnreplacedFolderIsRestored() throws IOException {
        Path state = Files.createDirectories(folder.resolve("state"));
        Files.createDirectories(state.resolve(".step-000007.tmp-123-456/inner"));
        Files.writeString(folder.resolve(".metrics.json.tmp-1-2"), "half");
        Files.createDirectories(folder.resolve(".model.tmp-3-4"));
        Files.writeString(
                Files.createDirectories(folder.resolve(".model.tmp-3-4.old")).resolve("config.json"), "old");
        Files.writeString(folder.resolve(".mine.tmp"), "mine");

        AtomicFiles.deleteLeftovers(folder);

        assertThat(state).isEmptyDirectory();
        assertThat(folder.resolve("model/config.json")).hasContent("old");
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp-*");
        assertThat(folder.resolve(".mine.tmp")).exists();
    }
}

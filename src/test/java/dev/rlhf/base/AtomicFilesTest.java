package dev.rlhf.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
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

    /** What the system has not yet written to the disk is lost with the power. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void contentIsOnTheDiskBeforeItsNameAndTheNameWhenTheCallReturns() throws IOException {
        assertThat(flushed(() -> AtomicFiles.writeString(folder.resolve("file"), "new")))
                .satisfiesExactly(
                        path -> assertThat(path).startsWith(folder + "/.file.tmp-"),
                        path -> assertThat(path).isEqualTo(folder.toString()));
        assertThat(folder.resolve("file")).hasContent("new");

        assertThat(flushed(() -> AtomicFiles.writeFolder(folder.resolve("model"), temporary -> {
                    Files.writeString(
                            Files.createDirectory(temporary.resolve("adapter")).resolve("weights"), "1");
                    Files.writeString(temporary.resolve("config"), "2");
                })))
                .extracting(path -> path.replaceAll("tmp-[0-9-]+", "tmp"))
                .endsWith(folder.toString())
                .containsExactlyInAnyOrder(
                        folder + "/.model.tmp",
                        folder + "/.model.tmp/config",
                        folder + "/.model.tmp/adapter",
                        folder + "/.model.tmp/adapter/weights",
                        folder.toString());
        assertThat(folder.resolve("model/adapter/weights")).hasContent("1");
    }

    private interface Write {
        void run() throws IOException;
    }

    /** Returns the files and folders that {@code write} flushed to disk, under their names at that time. */
    private List<String> flushed(Write write) throws IOException {
        Path events = Files.createTempFile(folder.getParent(), "events", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.FileForce").withoutThreshold();
            recording.start();
            write.run();
            recording.stop();
            recording.dump(events);
            return RecordingFile.readAllEvents(events).stream()
                    .filter(event -> event.getEventType().getName().equals("jdk.FileForce"))
                    .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                    .map(event -> event.getString("path"))
                    .toList();
        } finally {
            Files.delete(events);
        }
    }

    @Test
    void aWriterThatFailsLeavesTheOldContentAndNothingElse() throws IOException {
        Path file = folder.resolve("file");
        Path model = folder.resolve("model");
        AtomicFiles.writeString(file, "old");
        AtomicFiles.writeFolder(model, temporary -> Files.writeString(temporary.resolve("config"), "old"));
        AtomicFiles.Writer failing = temporary -> {
            Files.writeString(Files.isDirectory(temporary) ? temporary.resolve("config") : temporary, "half");
            throw new IOException("no space left");
        };
        assertThatThrownBy(() -> AtomicFiles.writeFile(file, failing)).hasMessage("no space left");
        assertThatThrownBy(() -> AtomicFiles.writeFolder(model, failing)).hasMessage("no space left");
        assertThat(file).hasContent("old");
        assertThat(model.resolve("config")).hasContent("old");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("file", "model");
    }

    @Test
    void aFolderIsReplacedAsAWhole() throws IOException {
        Path model = folder.resolve("model");
        AtomicFiles.writeFolder(model, temporary -> Files.writeString(temporary.resolve("one"), "1"));
        AtomicFiles.writeFolder(model, temporary -> Files.writeString(temporary.resolve("two"), "2"));
        assertThat(model.toFile().list()).containsExactly("two");
        assertThat(folder.toFile().list()).containsExactly("model");
    }
}

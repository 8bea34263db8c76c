package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
@Timeout(120)
class DiskFailuresTest {
    @TempDir
    Path folder;

    @Test
    void theCauseIsFoundBelowOtherFailures() {
        IOException full = new FileSystemException("f", null, "No space left on device");
        String line = "the disk is full: f; free some space and run the same command again";
        assertThat(DiskFailures.of(new IllegalStateException(new IOException(full)), false))
                .contains(line);
        assertThat(DiskFailures.of(full, true))
                .contains(line + ": it resumes from the last saved state, if there is one");
        assertThat(DiskFailures.of(new IOException("something else"), true)).isEmpty();
    }

    /** A limit on the size of files has the same effect as a full disk, and needs no small disk. */
    @Test
    void aLabelStoreThatCannotGrowIsNotCalledDamaged() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "a long enough password\n");
        List<String> init = List.of(
                "label", "init", "--db", folder.resolve("labels").toString(), "--password_file", password.toString());
        for (int blocks : new int[] {20, 140}) { // while the store is created, and while the admin is added
            String limited = run(1, "ulimit -f " + blocks + "; exec \"$@\"", init);
            assertThat(limited).doesNotContain("damaged");
            assertThat(limited.lines().toList().getLast())
                    .isEqualTo("rlhf: failed: a file grew larger than this process may write; raise the limit"
                            + " (ulimit -f) and run the same command again");
        }
        run(0, "exec \"$@\"", init);
    }

    /** Returns what a shell that runs the program prints to stderr. */
    private static String run(int exitCode, String shell, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", shell, "sh"));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(errors).isEqualTo(exitCode);
        return errors;
    }
}

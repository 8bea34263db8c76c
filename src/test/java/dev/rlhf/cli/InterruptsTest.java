package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Signals to processes of the program. */
@EnabledOnOs({OS.LINUX, OS.MAC})
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // also while it waits for output
class InterruptsTest {
    @TempDir
    Path folder;

    private Process start(String end, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:ErrorFile=" + crash(),
                "-cp",
                System.getProperty("java.class.path"),
                FakeStages.class.getName(),
                "fake",
                "--end",
                end,
                "--output_dir",
                folder.resolve("run").toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Returns the file in which the JVM of a started process would describe its crash. */
    private Path crash() {
        return folder.resolve("crash.txt");
    }

    private static String readUntil(BufferedReader output, String wanted) throws IOException {
        StringBuilder read = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            read.append(line).append('\n');
            if (line.contains(wanted)) {
                return read.toString();
            }
        }
        throw new AssertionError("ended without \"" + wanted + "\":\n" + read);
    }

    /** Sends SIGINT, or SIGTERM where a shell in the background had us ignore SIGINT. */
    private static void interrupt(Process process) throws Exception {
        Path status = Path.of("/proc/self/status");
        boolean ignored = Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line ->
                                (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
        signal(process, ignored ? "TERM" : "INT");
    }

    private static void signal(Process process, String name) throws Exception {
        int exit = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        assertThat(exit).isZero();
    }

    @Test
    void theFirstCtrlCSavesAndTheSameCommandResumes() throws Exception {
        Process process = start("signal");
        try (BufferedReader output = process.inputReader()) {
            readUntil(output, "ready");
            interrupt(process);
            assertThat(readUntil(output, "saved in")).contains("saving");
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(130);
        }
        assertThat(folder.resolve("run/state")).exists();
        assertThat(folder.resolve("run/done.json")).doesNotExist();

        Process again = start("signal");
        try (BufferedReader output = again.inputReader()) {
            readUntil(output, "resuming the interrupted run");
            assertThat(again.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(again.exitValue()).isZero();
        assertThat(folder.resolve("run/done.json")).exists();
    }

    @Test
    void theSecondCtrlCEndsAtOnce() throws Exception {
        Process process = start("deaf");
        try (BufferedReader output = process.inputReader()) {
            readUntil(output, "ready");
            interrupt(process);
            readUntil(output, "saving");
            assertThat(process.isAlive()).isTrue();
            interrupt(process);
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(process.exitValue()).isEqualTo(130);
    }

    /** Destroying libtorch's static objects beneath a product would crash the JVM. */
    @Test
    void theSecondCtrlCDuringAMatrixProductDoesNotCrash() throws Exception {
        Process process = start("busy");
        try (BufferedReader output = process.inputReader()) {
            readUntil(output, "ready");
            interrupt(process);
            readUntil(output, "saving");
            interrupt(process);
            assertThat(output.readAllAsString()).doesNotContain("fatal error");
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isEqualTo(130);
        assertThat(crash()).doesNotExist();
    }

    @Test
    void aClosedTerminalSavesToo() throws Exception {
        assumeThat(ignoresHangup())
                .as("a process started with nohup ignores SIGHUP, and so do its children")
                .isFalse();
        Process process = start("signal");
        try (BufferedReader output = process.inputReader()) {
            readUntil(output, "ready");
            signal(process, "HUP");
            readUntil(output, "saved in");
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(process.exitValue()).isEqualTo(130);
    }

    private static boolean ignoresHangup() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> Character.digit(line.charAt(line.length() - 1), 16) % 2 == 1); // bit 0 is SIGHUP
        }
    }

    @Test
    void aSecondRunInTheSameFolderIsRefusedUntilTheFirstEnds() throws Exception {
        Process first = start("deaf");
        try (BufferedReader output = first.inputReader()) {
            readUntil(output, "ready");
            for (String[] other :
                    new String[][] {{}, {"--learning_rate", "0.1"}, {"--redo"}}) { // the last two would put it aside
                Process second = start("deaf", other);
                assertThat(second.inputReader().readAllAsString())
                        .contains("output_dir: " + folder.resolve("run") + " is in use by process " + first.pid())
                        .hasLineCount(1);
                assertThat(second.waitFor()).isEqualTo(2);
            }
            assertThat(folder.resolve("run.previous-1")).doesNotExist();
        } finally {
            first.destroyForcibly();
        }
        first.waitFor();
        Process third = start("well", "--learning_rate", "0.1");
        try (BufferedReader output = third.inputReader()) {
            readUntil(output, "loss");
        }
        assertThat(third.waitFor()).isZero();
    }
}

package dev.rlhf.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a blocked read cannot be interrupted
class RunLockTest {
    @TempDir
    Path folder;

    private final PrintStream console = System.out;
    private final List<Process> started = new CopyOnWriteArrayList<>();

    @AfterEach
    void endProcesses() {
        started.forEach(Process::destroyForcibly);
    }

    /** Holds the lock until it is killed. */
    static final class Holder {
        public static void main(String[] args) throws Exception {
            try (RunLock _ = RunLock.acquire(Path.of(args[0]), System.out)) {
                System.out.println("locked");
                Thread.sleep(Long.MAX_VALUE);
            }
        }
    }

    private Process hold(Path folder) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        started.add(process);
        return process;
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aSecondProcessIsToldWhoIsInAndAKillReleasesTheFolder() throws Exception {
        Path run = folder.resolve("run");
        Process holder = hold(run);
        try (BufferedReader lines = holder.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("locked");
            assertThatThrownBy(() -> RunLock.acquire(run, console))
                    .isInstanceOf(InputException.class)
                    .hasMessageStartingWith("output_dir: " + run + " is in use by process " + holder.pid() + " on ")
                    .hasMessageEndingWith("; wait until that run ends, or give another output_dir");
        } finally {
            holder.destroyForcibly();
        }
        assertThat(holder.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(run.resolve(RunLock.FILE)).exists(); // a killed process cannot delete it
        RunLock.acquire(run, console).close();
        assertThat(run.resolve(RunLock.FILE)).doesNotExist();
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void theNewFolderIsLockedAfterTheOldOneWasPutAside() throws Exception {
        Path run = folder.resolve("run");
        try (RunLock lock = RunLock.acquire(run, console)) {
            Files.writeString(run.resolve("result"), "x");
            lock.moveFolderTo(folder.resolve("run.previous-1"));
            assertThat(folder.resolve("run.previous-1")).isDirectoryContaining("glob:**result");
            assertThat(folder.resolve("run.previous-1").resolve(RunLock.FILE)).doesNotExist();
            Process second = hold(run);
            try (BufferedReader lines = second.inputReader()) {
                assertThat(lines.readLine())
                        .contains("is in use by process "
                                + ProcessHandle.current().pid());
            }
            assertThat(second.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isNotZero();
        }
    }

    @Test
    void oneProcessLocksAFolderOnce() throws Exception {
        try (RunLock _ = RunLock.acquire(folder, console)) {
            assertThatThrownBy(() -> RunLock.acquire(folder, console))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("in use by this run itself");
        }
    }

    @Test
    void aPathThatCannotBeAFolderIsOneClearLine() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertThatThrownBy(() -> RunLock.acquire(file, console))
                .isInstanceOf(InputException.class)
                .hasMessage("output_dir: " + file + " is a file; give the path of a folder");
        assertThatThrownBy(() -> RunLock.acquire(file.resolve("run"), console))
                .isInstanceOf(InputException.class)
                .hasMessage("output_dir: " + file.resolve("run") + " cannot be created: " + file
                        + " is a file; give another output_dir");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFolderThatCannotBeWrittenToIsOneClearLine() {
        assertThatThrownBy(() -> RunLock.acquire(Path.of("/proc/run"), console))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("output_dir: /proc/run cannot be written to (")
                .hasMessageEndingWith("; make it writable, or give another output_dir");
    }
}

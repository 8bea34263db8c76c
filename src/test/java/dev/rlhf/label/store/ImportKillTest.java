package dev.rlhf.label.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.ImportOptions;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills an import of so much text that H2 writes parts of its transaction to the file while it runs, and others read.
 * The process is stopped (SIGSTOP) after such writes and the file copied as a kill at that moment would leave it. When
 * the import is acknowledged, the process is killed. Each file must hold the whole import or nothing of it.
 * {@code -Drlhf.kill_rounds} says how often that is done, at most five times, once by default.
 */
class ImportKillTest {
    private static final int ROUNDS = Math.clamp(Integer.getInteger("rlhf.kill_rounds", 1), 1, 5);
    private static final int TASKS = 4000;
    private static final int EARLIER = 50;
    private static final int READERS = 2;
    /** Growth of the file after which the process is stopped. */
    private static final int STEP = 8 << 20;

    /** What must be one number for each table: its rows, and those found from another table or by an index. */
    private static final List<List<String>> COUNTS = List.of(
            List.of(
                    "SELECT COUNT(*) FROM task",
                    "SELECT COUNT(*) FROM task WHERE batch_id > 0",
                    "SELECT COUNT(DISTINCT task_id) FROM completion",
                    "SELECT COUNT(DISTINCT task_id) FROM assignment"),
            List.of("SELECT COUNT(*) FROM completion", "SELECT 4 * COUNT(*) FROM task"),
            List.of(
                    "SELECT COUNT(*) FROM assignment",
                    "SELECT COUNT(*) FROM assignment WHERE labeler_id > 0",
                    "SELECT COUNT(*) FROM label"));

    @TempDir
    Path folder;

    @Test
    void aKilledImportIsWholeOrAbsent() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Path file = folder.resolve("labels-" + round + ".mv.db");
            try (LabelStore store = LabelStore.open(file)) {
                store.importTasks(tasks("earlier", EARLIER), new ImportOptions("earlier", 1));
            }
            List<Path> during = killed(file);
            assertThat(during).as("files written during the import").hasSizeGreaterThan(1);
            for (Path copy : during) {
                assertThat(importedTasks(copy)).isIn(0, TASKS);
            }
            assertThat(importedTasks(file)).isEqualTo(TASKS);
        }
    }

    /** @return the file as it was at moments of the import */
    private List<Path> killed(Path file) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Importing.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<Path> copies = new ArrayList<>();
        try (BufferedReader lines = process.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("importing");
            long size = Files.size(file);
            while (!lines.ready() && process.isAlive()) {
                Thread.sleep(10);
                if (Files.size(file) >= size + STEP) {
                    signal(process, "STOP");
                    size = Files.size(file);
                    copies.add(Files.copy(file, folder.resolve("during-" + size + "-" + file.getFileName())));
                    signal(process, "CONT");
                }
            }
            assertThat(lines.readLine()).isEqualTo("imported");
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return copies;
    }

    private static void signal(Process process, String name) throws Exception {
        String pid = String.valueOf(process.pid());
        assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor())
                .isZero();
        while (name.equals("STOP")
                && !Files.readString(Path.of("/proc", pid, "status")).contains("State:\tT")) {
            Thread.sleep(1);
        }
    }

    /** Checks that a store is consistent and has everything from before the import. */
    private static int importedTasks(Path file) throws Exception {
        int imported;
        try (LabelStore store = LabelStore.openExisting(file)) {
            List<RankedTask> all = store.tasks(null);
            imported = all.size() - EARLIER;
            assertThat(store.tasks("earlier")).isEqualTo(tasks("earlier", EARLIER));
            assertThat(all.subList(EARLIER, all.size())).isEqualTo(tasks("t", imported));
            assertThat(store.labelerService()
                            .progress(TestLabelers.person(store, "Ada"), ZoneOffset.UTC)
                            .yours())
                    .isEqualTo(all.size());
        }
        String name = file.toString().replace(".mv.db", "");
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + name, "rlhf", "")) {
            for (List<String> same : COUNTS) {
                List<Long> counts = new ArrayList<>();
                for (String sql : same) {
                    try (ResultSet rows = connection.createStatement().executeQuery(sql)) {
                        rows.next();
                        counts.add(rows.getLong(1));
                    }
                }
                assertThat(counts).as("%s", same).containsOnly(counts.getFirst());
            }
        }
        return imported;
    }

    private static List<RankedTask> tasks(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> task(prefix + i)).toList();
    }

    private static RankedTask task(String id) {
        return new RankedTask(
                id,
                Prompt.text(("question " + id + " ").repeat(40)),
                IntStream.range(0, 4)
                        .mapToObj(i -> new Completion("c" + i, ("answer " + i + " to " + id + " ").repeat(90), "m" + i))
                        .toList(),
                List.of(Label.ranking("Ada", List.of(1, 2, 3, 4))));
    }

    /** Imports while others read, then waits to be killed. */
    static final class Importing {
        public static void main(String[] args) throws Exception {
            LabelStore store = LabelStore.openExisting(Path.of(args[0]));
            List<RankedTask> tasks = tasks("t", TASKS);
            for (int i = 0; i < READERS; i++) {
                Thread.ofPlatform().daemon().start(() -> {
                    while (true) {
                        store.tasks("earlier");
                    }
                });
            }
            System.out.println("importing");
            store.importTasks(tasks, new ImportOptions("big", 1));
            System.out.println("imported");
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}

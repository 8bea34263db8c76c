package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.files.LabelFiles;
import dev.rlhf.label.store.LabelStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills (SIGKILL) {@code label import}, {@code backup} and {@code export} at moments spread over the time they take:
 * what they write is whole or absent, the store is as it was, and the same command then does all of it.
 * {@code -Drlhf.kill_rounds} says how often each is killed, at most five times, two by default.
 */
class LabelKillTest {
    private static final int ROUNDS = Math.min(5, Integer.getInteger("rlhf.kill_rounds", 2));
    private static final int TASKS = 800;

    @TempDir
    Path folder;

    private List<RankedTask> tasks = List.of();
    private Path rankings = Path.of("");

    @BeforeEach
    void write() throws Exception {
        tasks = IntStream.range(0, TASKS)
                .mapToObj(i -> new RankedTask(
                        "t" + i,
                        Prompt.text("Question " + i),
                        List.of(new Completion("1", "a".repeat(600) + i, null), new Completion("2", "b" + i, null)),
                        List.of(Label.ranking("Ada", List.of(1, 2)))))
                .toList();
        rankings = folder.resolve("rankings.jsonl");
        LabelFiles.write(rankings, tasks);
    }

    @Test
    void aKilledImportIsCompleteOrAbsent() throws Exception {
        List<String> arguments = List.of("import", "--db", store("timed"), "--input", rankings.toString());
        long whole = run(arguments);
        for (int round = 0; round < ROUNDS; round++) {
            String store = store("import-" + round);
            try (LabelStore earlier = LabelStore.open(Path.of(store))) {
                earlier.importTasks(tasks.subList(0, 1), new ImportOptions("earlier", 1));
            }
            arguments = List.of("import", "--db", store, "--input", rankings.toString());
            killed(arguments, moment(whole, round));
            try (LabelStore after = LabelStore.openExisting(Path.of(store))) {
                assertThat(after.tasks("earlier")).hasSize(1);
                assertThat(after.tasks(null).size()).isIn(1, 1 + TASKS);
            }
            run(arguments);
            try (LabelStore after = LabelStore.openExisting(Path.of(store))) {
                assertThat(after.tasks(ImportOptions.DEFAULT_BATCH)).isEqualTo(tasks);
            }
        }
    }

    @Test
    void aKilledBackupIsCompleteOrAbsent() throws Exception {
        String store = filled();
        long whole = run(List.of("backup", "--db", store, "--output", store("timed.zip")));
        for (int round = 0; round < ROUNDS; round++) {
            String zip = store("backup-" + round + ".zip");
            List<String> arguments = List.of("backup", "--db", store, "--output", zip);
            killed(arguments, moment(whole, round));
            if (Files.exists(Path.of(zip))) {
                restores(zip, store("restored-early-" + round));
            }
            run(arguments);
            restores(zip, store("restored-" + round));
        }
    }

    @Test
    void aKilledExportIsCompleteOrAbsent() throws Exception {
        String store = filled();
        Path reference = folder.resolve("timed.jsonl");
        long whole = run(List.of("export", "--db", store, "--output", reference.toString()));
        byte[] expected = Files.readAllBytes(reference);
        for (int round = 0; round < ROUNDS; round++) {
            Path output = folder.resolve("export-" + round + ".jsonl");
            List<String> arguments = List.of("export", "--db", store, "--output", output.toString());
            killed(arguments, moment(whole, round));
            if (Files.exists(output)) {
                assertThat(output).hasBinaryContent(expected);
            }
            run(arguments);
            assertThat(output).hasBinaryContent(expected);
        }
    }

    private String store(String name) {
        return folder.resolve(name).toString();
    }

    private String filled() throws Exception {
        try (LabelStore store = LabelStore.open(folder.resolve("filled"))) {
            store.importTasks(tasks, ImportOptions.defaults());
        }
        return store("filled");
    }

    private void restores(String zip, String store) throws Exception {
        run(List.of("restore", "--input", zip, "--db", store));
        try (LabelStore restored = LabelStore.openReadOnly(Path.of(store))) {
            assertThat(restored.tasks(null)).isEqualTo(tasks);
        }
    }

    /** In the second half of a run, as the first is mostly the start of the JVM. */
    private static long moment(long whole, int round) {
        return (long) (whole * (0.4 + 0.6 * (round + 0.5) / ROUNDS));
    }

    /** @return milliseconds it took */
    private static long run(List<String> arguments) throws Exception {
        long start = System.nanoTime();
        Process process = start(arguments);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("label %s", arguments).isZero();
        return (System.nanoTime() - start) / 1_000_000;
    }

    private static void killed(List<String> arguments, long afterMillis) throws Exception {
        Process process = start(arguments);
        process.waitFor(afterMillis, TimeUnit.MILLISECONDS);
        process.destroyForcibly();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    private static Process start(List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "label"));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}

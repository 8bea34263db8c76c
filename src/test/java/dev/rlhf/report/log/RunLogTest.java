package dev.rlhf.report.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {
    @TempDir
    Path runDir;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream console = new PrintStream(printed, true, StandardCharsets.UTF_8);

    private void log(long resumeAfter, long from, long to) throws IOException {
        log(runDir, resumeAfter, from, to);
    }

    private void log(Path folder, long resumeAfter, long from, long to) throws IOException {
        try (RunLog log = RunLog.open(folder, console, resumeAfter)) {
            for (long step = from; step <= to; step++) {
                log.metrics(step, Map.of("loss", 1.0 / step));
                if (step % 10 == 0) {
                    log.samples(step, List.of(SampleRow.of("Who?", "I don't know " + step, 4)));
                }
            }
        }
    }

    private String metrics() throws IOException {
        return Files.readString(runDir.resolve("metrics.jsonl"));
    }

    private List<String> names(String folder) throws IOException {
        try (Stream<Path> files = Files.list(runDir.resolve(folder))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void writesOneObjectALogStepInTheOrderGiven() throws IOException {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("loss", 1.25);
        values.put("num_tokens", 12_345_678.0);
        values.put("grad_norm", Double.NaN);
        values.put("lr", 3e-4);
        try (RunLog log = RunLog.open(runDir, console, RunLog.NEW_RUN)) {
            log.metrics(0, values);
        }

        assertThat(metrics())
                .isEqualTo("{\"step\":0,\"loss\":1.25,\"num_tokens\":12345678,\"grad_norm\":null,\"lr\":3.0E-4}\n");
        assertThat(printed.toString(StandardCharsets.UTF_8).strip()).isEqualTo("step 0: grad_norm is NaN");
    }

    @Test
    void aRowIsInTheFileBeforeTheCallReturns() throws IOException {
        try (RunLog log = RunLog.open(runDir, console, RunLog.NEW_RUN)) {
            log.metrics(1, Map.of("loss", 2.0));
            assertThat(metrics()).isEqualTo("{\"step\":1,\"loss\":2}\n");
        }
    }

    @Test
    void aResumedLogEqualsThatOfAnUninterruptedRun(@TempDir Path whole) throws IOException {
        log(whole, RunLog.NEW_RUN, 1, 40);
        log(RunLog.NEW_RUN, 1, 27);
        log(20, 21, 40);

        assertThat(metrics()).isEqualTo(Files.readString(whole.resolve("metrics.jsonl")));
        for (String name : List.of("step-000010.jsonl", "step-000040.jsonl")) {
            assertThat(runDir.resolve("samples").resolve(name))
                    .hasSameTextualContentAs(whole.resolve("samples").resolve(name));
        }
        assertThat(names("samples")).hasSize(4);
        assertThat(names(".")).filteredOn(name -> name.contains("tfevents")).hasSize(2);
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("removed 7 rows after step 20");
    }

    @Test
    void samplesOfStepsThatWillBeRunAgainAreDeleted() throws IOException {
        log(RunLog.NEW_RUN, 1, 30);
        Files.writeString(runDir.resolve("samples/notes.txt"), "mine");
        RunLog.open(runDir, console, 10).close();

        assertThat(names("samples")).containsExactly("notes.txt", "step-000010.jsonl");
    }

    @Test
    void aHalfWrittenLastLineIsRepaired() throws IOException {
        log(RunLog.NEW_RUN, 1, 3);
        String before = metrics();
        Files.writeString(runDir.resolve("metrics.jsonl"), "{\"step\":4,\"lo", StandardOpenOption.APPEND);
        RunLog.open(runDir, console, 3).close();

        assertThat(metrics()).isEqualTo(before);
    }

    @Test
    void aNewRunStartsWithAnEmptyLog() throws IOException {
        log(RunLog.NEW_RUN, 0, 20);
        RunLog.open(runDir, console, RunLog.NEW_RUN).close();

        assertThat(metrics()).isEmpty();
        assertThat(names("samples")).isEmpty();
        assertThat(names(".")).filteredOn(name -> name.contains("tfevents")).hasSize(1);
    }

    @Test
    void aFileThatIsNotAMetricsLogIsNotChanged() throws IOException {
        Files.writeString(runDir.resolve("metrics.jsonl"), "{\"step\":1}\nhello\n");

        assertThatThrownBy(() -> RunLog.open(runDir, console, 5))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("metrics.jsonl:2: not JSON");
        assertThat(metrics()).isEqualTo("{\"step\":1}\nhello\n");
    }

    @Test
    void aStepHasOneRowAndStepsDoNotGoBack() throws IOException {
        try (RunLog log = RunLog.open(runDir, console, RunLog.NEW_RUN)) {
            log.metrics(5, Map.of("loss", 1.0));
            assertThatThrownBy(() -> log.metrics(4, Map.of("loss", 1.0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("step 4 after step 5");
            assertThatThrownBy(() -> log.metrics(5, Map.of("eval_loss", 1.0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("step 5 after step 5");
        }
    }

    @Test
    void samplesLeaveOutWhatWasNotMeasured() throws IOException {
        try (RunLog log = RunLog.open(runDir, console, RunLog.NEW_RUN)) {
            log.samples(7, List.of(new SampleRow("p", "a \"b\"\n", 0.5, Double.NaN, 3), SampleRow.of("p", "c", 1)));
        }

        assertThat(runDir.resolve("samples/step-000007.jsonl")).hasContent("""
                        {"prompt":"p","completion":"a \\"b\\"\\n","score":0.5,"length":3}
                        {"prompt":"p","completion":"c","length":1}
                        """);
    }
}

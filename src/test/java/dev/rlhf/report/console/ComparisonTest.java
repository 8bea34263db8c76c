package dev.rlhf.report.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.base.Interval;
import dev.rlhf.report.html.SampleComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("comparison.json");
    }

    @Test
    void aTableIsReadAndNullIsNotMeasured() throws IOException {
        Files.writeString(file, "{\"columns\":[\"base\",\"sft\"],\"rows\":{\"kl\":[null,0.5],\"answered\":[0.1,1]}}");

        ComparisonTable table = ComparisonTable.read(file);
        assertThat(table.columns()).containsExactly("base", "sft");
        assertThat(table.rows().get("kl")).extracting(Interval::value).containsExactly(Double.NaN, 0.5);
        assertThat(table.toTable().toString()).isEqualTo("""
                        metric    base    sft
                        ────────  ──────  ──────
                        kl        –       0.5000
                        answered  0.1000  1
                        """);
    }

    @Test
    void intervalsAreWrittenReadAndShown() throws IOException {
        ComparisonTable table = new ComparisonTable(
                List.of("sft", "ppo"),
                Map.of(
                        "recall",
                        List.of(new Interval(0.947, 0.9234, 0.971, 267), new Interval(1, 1, 1, 54)),
                        "distinct_2",
                        List.of(Interval.none(0.12, 200), Interval.NOT_MEASURED)));
        Files.writeString(file, table.toJson().toString());

        assertThat(ComparisonTable.read(file)).isEqualTo(table);
        assertThat(table.toTable().toString())
                .contains("0.9470 [0.92, 0.97] n=267", "1 [all equal] n=54", "0.1200 n=200", "–")
                .doesNotContain("NaN");
    }

    @Test
    void aRowOfAnotherWidthIsAnErrorThatNamesFileAndRow() throws IOException {
        Files.writeString(file, "{\"columns\":[\"base\",\"sft\"],\"rows\":{\"kl\":[1]}}");

        assertThatThrownBy(() -> ComparisonTable.read(file))
                .isInstanceOf(InputException.class)
                .hasMessage(file + ": kl: 1 values for 2 columns");
    }

    @Test
    void samplesAreRead() throws IOException {
        Files.writeString(file, "[{\"prompt\":\"Who?\",\"completions\":{\"sft\":\"A\",\"base\":\"B\"}}]");
        List<SampleComparison> samples = SampleComparison.read(file);
        assertThat(samples).hasSize(1);
        assertThat(samples.getFirst().completions().keySet()).containsExactly("sft", "base");

        Files.writeString(file, "[{\"prompt\":\"Who?\"}]");
        assertThatThrownBy(() -> SampleComparison.read(file))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("completions is missing");
    }
}

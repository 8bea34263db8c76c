package dev.rlhf.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        assertThat(table.rows().get("kl")).containsExactly(Double.NaN, 0.5);
        assertThat(table.toTable().toString()).isEqualTo("""
                        figure      base     sft
                        ────────  ──────  ──────
                        kl             –  0.5000
                        answered  0.1000       1
                        """);
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

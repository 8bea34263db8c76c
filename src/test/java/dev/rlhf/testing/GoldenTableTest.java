package dev.rlhf.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

class GoldenTableTest {
    @Test
    @DisabledIfSystemProperty(named = "rlhf.update_docs", matches = "true")
    void thePageHasEveryCaseThereIs() throws IOException {
        assertThat(GoldenTable.rowsOf(Files.readString(GoldenTable.PAGE)).keySet())
                .as("out of date; to write it anew: mvn test -Drlhf.update_docs=true")
                .containsExactlyElementsOf(GoldenTable.names());
    }

    @Test
    void aRowATolerance_withTheNumberThatCameClosest_andRowsOfOtherCasesStay() throws IOException {
        GoldenTable table = new GoldenTable();
        try (Worst logits = new Worst(table, "models/gpt2", "logits_right", 0, 1e-4);
                Worst norms = new Worst(table, "models/gpt2", "grad_norms", 1e-3, 0);
                Worst more = new Worst(table, "models/gpt2", "logits_left", 0, 1e-4)) {
            logits.add(new float[] {1, 2}, new float[] {1, 2.00002f});
            more.add(1, 1.00005);
            norms.add(2.001, 2);
        }
        String kept = "| `models/llama` Llama | 7 | 1.0e-04 | logits_right | 1.0e-05 | 1.0e-01 | 1.0e-06 |";
        String dropped = "| `models/nothing_of_this_name` | 7 | 1.0e-04 | logits | 1.0e-05 | 1.0e-01 |  |";
        String stale = "| `models/gpt2` | 7 | 1.0e-02 | logits | 1.0e-05 | 1.0e-01 |  |";
        assertThat(table.page(String.join("\n", stale, kept, "|  | rest |", dropped))
                        .lines()
                        .skip(5))
                .hasSize(4)
                .containsSubsequence(kept, "|  | rest |")
                .anySatisfy(
                        row -> assertThat(row).contains("| 3 | 1.0e-04 | logits_left | 5.0e-05 | 5.0e-01 | 4.0e-06 |"))
                .anySatisfy(row -> assertThat(row)
                        .contains("| 1 | 1.0e-03 relative | grad_norms | 1.0e-03 | 5.0e-01 | 1.9e-06 |"));
    }
}

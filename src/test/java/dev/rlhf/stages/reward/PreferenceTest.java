package dev.rlhf.stages.reward;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreferenceTest {
    @TempDir
    private Path folder;

    @Test
    void aPublicDataSetIsReadAndItsCountsArePrinted() throws Exception {
        Path file = Files.writeString(folder.resolve("uf.jsonl"), """
                {"instruction": "Q", "completions": [{"response": "A", "overall_score": 7, "model": "m"}, \
                {"response": "B", "overall_score": 9, "model": "n"}, {"response": "C", "overall_score": null, "model": "o"}]}
                """);
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        List<Preference> all =
                Preference.read(file, UnaryOperator.identity(), new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertThat(all).hasSize(1);
        assertThat(all.getFirst().rankings()).containsExactly(List.of(2, 1));
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("1 rows, 1 tasks")
                .contains("left out: 1 completions without a score");
    }
}

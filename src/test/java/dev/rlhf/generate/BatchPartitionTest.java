package dev.rlhf.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchPartitionTest {
    /** Prompts are given by their first token, parts by the indices of their rows. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 2 3 4 5 6 | 0 2 4 | 1 3 5",
                "1 1 2 2 3 3 3 | 0 1 4 5 | 2 3 6",
                "1 2 1 2 1 2 | 0 2 4 | 1 3 5",
                "1 1 1 1 1 1 | 0 1 2 | 3 4 5",
                "1 1 1 1 1 2 | 0 1 2 | 3 4 5",
                "1 2 3 | 0 2 | 1"
            })
    void rowsOfAPromptStayTogetherAndPartsHaveEqualSizes(String prompts, String first, String second) {
        Sampling sampling = Sampling.greedy(1, Set.of());
        List<Row> rows = new ArrayList<>();
        for (String prompt : prompts.trim().split(" ")) {
            rows.add(new Row(rows.size(), 0, new int[] {Integer.parseInt(prompt)}, sampling, (row, token) -> true));
        }

        assertThat(BatchPartition.of(rows, 2))
                .extracting(BatchPartitionTest::indices)
                .containsExactly(first, second);
        assertThat(BatchPartition.of(rows, 1).getFirst()).containsExactlyInAnyOrderElementsOf(rows);
    }

    private static String indices(List<Row> rows) {
        return String.join(" ", rows.stream().map(row -> "" + row.index).toList());
    }
}

package dev.rlhf.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LengthBatchesTest {
    @Test
    void groupsSimilarLengthsWithinTheLimitsOfRowsAndTokens() {
        List<int[]> batches = LengthBatches.of(new int[] {9, 2, 40, 3, 2, 10}, 2, 20);

        assertThat(batches)
                .usingRecursiveComparison()
                .isEqualTo(List.of(new int[] {1, 4}, new int[] {3, 0}, new int[] {5}, new int[] {2}));
    }

    @Test
    void containsEveryIndexOnceAndKeepsTheLimits() {
        int[] lengths = IntStream.range(0, 200).map(i -> 1 + i * 7919 % 97).toArray();
        for (int most : new int[] {1, 3, 64}) {
            List<int[]> batches = LengthBatches.of(lengths, most, 128);
            assertThat(batches.stream().flatMapToInt(IntStream::of).sorted().toArray())
                    .isEqualTo(IntStream.range(0, 200).toArray());
            for (int[] batch : batches) {
                int width = IntStream.of(batch).map(i -> lengths[i]).max().orElseThrow();
                assertThat(batch.length).isLessThanOrEqualTo(most);
                assertThat(batch.length == 1 || batch.length * width <= 128).isTrue();
            }
        }
    }
}

package dev.rlhf.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LengthBatchesTest {
    @Test
    void groupsSimilarLengthsWithinTheLimitsOfRowsAndTokens() {
        List<int[]> batches = new LengthBatches(2, 20).of(new int[] {9, 2, 40, 3, 2, 10});

        assertThat(batches)
                .usingRecursiveComparison()
                .isEqualTo(List.of(new int[] {1, 4}, new int[] {3, 0}, new int[] {5}, new int[] {2}));
    }

    @Test
    void containsEveryIndexOnceAndKeepsTheLimits() {
        int[] lengths = IntStream.range(0, 200).map(i -> 1 + i * 7919 % 97).toArray();
        for (int most : new int[] {1, 3, 64}) {
            List<int[]> batches = new LengthBatches(most, 128).of(lengths);
            assertThat(batches.stream().flatMapToInt(IntStream::of).sorted().toArray())
                    .isEqualTo(IntStream.range(0, 200).toArray());
            for (int[] batch : batches) {
                int width = IntStream.of(batch).map(i -> lengths[i]).max().orElseThrow();
                assertThat(batch.length).isLessThanOrEqualTo(most);
                assertThat(batch.length == 1 || batch.length * width <= 128).isTrue();
            }
        }
    }

    @Test
    void sequencesOfARowStayTogetherAndCountAgainstTheTokens() {
        List<int[]> batches = new LengthBatches(8, 60).of(new int[] {5, 7, 6, 9}, new int[] {4, 4, 4, 4});

        assertThat(batches).usingRecursiveComparison().isEqualTo(List.of(new int[] {0, 2}, new int[] {1}, new int[] {3
        }));
    }

    @Test
    void batchingByLengthSavesAThirdOfThePaddedTokens() {
        int[] lengths = IntStream.range(0, 64)
                .map(i -> 8 + (int) ((i * 2_654_435_761L) % 249))
                .toArray();
        long drawn = 0;
        for (int from = 0; from < 64; from += 8) {
            drawn += 8L
                    * IntStream.range(from, from + 8).map(i -> lengths[i]).max().orElseThrow();
        }
        long together = new LengthBatches(8, Long.MAX_VALUE)
                .of(lengths).stream()
                        .mapToLong(batch -> (long) batch.length
                                * IntStream.of(batch).map(i -> lengths[i]).max().orElseThrow())
                        .sum();
        assertThat(together).isLessThan(2 * drawn / 3);
    }

    @Test
    void rowsOfAWidthAreLimitedByTheirNumberAndTheirTokens() {
        assertThat(new LengthBatches(8, Long.MAX_VALUE).rows(100)).isEqualTo(8);
        assertThat(new LengthBatches(8, 350).rows(100)).isEqualTo(3);
        assertThat(new LengthBatches(8, 50).rows(100)).isEqualTo(1);
    }

    @Test
    void aPackedBatchHasAtMostItsLongestRows() {
        int[] lengths = {5, 30, 10, 20};
        assertThat(new LengthBatches(2, 1000, true).packedTokens(lengths)).isEqualTo(50);
        assertThat(new LengthBatches(8, 1000, true).packedTokens(lengths)).isEqualTo(65);
        assertThat(new LengthBatches(8, 40, true).packedTokens(lengths)).isEqualTo(40);
        assertThat(new LengthBatches(8, 10, true).packedTokens(lengths)).isEqualTo(30); // a single row may exceed it
    }

    @Test
    void packedRowsKeepTheirOrder() {
        List<int[]> batches = new LengthBatches(3, 20, true).of(new int[] {9, 2, 40, 3, 2, 10, 1});
        assertThat(batches).containsExactly(new int[] {0, 1}, new int[] {2}, new int[] {3, 4, 5}, new int[] {6});
    }
}

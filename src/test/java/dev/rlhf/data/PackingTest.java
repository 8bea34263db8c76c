package dev.rlhf.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PackingTest {
    @Test
    void everySequenceGoesIntoTheFirstRowWithSpace() {
        List<Example> rows = Packing.firstFit(List.of(run(6, 10), run(7, 20), run(3, 30), run(2, 40), run(1, 50)), 10);
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).parts()).containsExactly(6, 3, 1);
        assertThat(rows.get(1).parts()).containsExactly(7, 2);
        assertThat(rows.get(0).ids()).containsExactly(10, 11, 12, 13, 14, 15, 30, 31, 32, 50);
    }

    @Test
    void theFirstTokenOfASequenceIsNotTrainedOn() {
        Example row = Packing.firstFit(List.of(run(2, 10), run(3, 30)), 10).getFirst();
        assertThat(row.trained()).containsExactly(false, true, false, true, true);
        assertThat(IntStream.range(0, 5).map(row::label)).containsExactly(-100, 11, -100, 31, 32);
        assertThat(row.trainedTokens())
                .isEqualTo(run(2, 10).trainedTokens() + run(3, 30).trainedTokens());
    }

    @Test
    void matchesAPlainFirstFit() {
        for (int seed = 0; seed < 20; seed++) {
            int[] lengths = Arrays.stream(Shuffle.permutation(50, seed, 0))
                    .map(i -> 1 + i % 13)
                    .limit(1 + 7 * seed % 50)
                    .toArray();
            List<Integer> free = new ArrayList<>();
            List<List<Integer>> expected = new ArrayList<>();
            for (int length : lengths) {
                int row = IntStream.range(0, free.size())
                        .filter(i -> free.get(i) >= length)
                        .findFirst()
                        .orElse(free.size());
                if (row == free.size()) {
                    free.add(13);
                    expected.add(new ArrayList<>());
                }
                free.set(row, free.get(row) - length);
                expected.get(row).add(length);
            }
            List<Example> examples =
                    Arrays.stream(lengths).mapToObj(length -> run(length, 1)).toList();
            assertThat(Packing.firstFit(examples, 13))
                    .extracting(row -> Arrays.stream(row.parts()).boxed().toList())
                    .isEqualTo(expected);
        }
    }

    @Test
    void refusesASequenceLongerThanARow() {
        assertThatThrownBy(() -> Packing.firstFit(List.of(run(11, 0)), 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("11 tokens does not fit into 10");
    }

    @Test
    void batchesArePaddedOnTheRightAndMarkSegments() {
        Example packed = Packing.firstFit(List.of(run(2, 10), run(3, 30)), 10).getFirst();
        Batch batch = Batch.of(List.of(packed, run(3, 7)), 7);
        assertThat(batch.rows()).isEqualTo(2);
        assertThat(batch.width()).isEqualTo(5);
        assertThat(batch.lengths()).containsExactly(5, 3);
        assertThat(batch.inputIds()).containsExactly(10, 11, 30, 31, 32, 7, 8, 9, 7, 7);
        assertThat(batch.labels()).containsExactly(-100, 11, -100, 31, 32, 7, 8, 9, -100, -100);
        assertThat(batch.segments()).containsExactly(1, 1, 2, 2, 2, 1, 1, 1, 0, 0);
        assertThat(batch.packed()).isTrue();
        assertThat(batch.tokens()).isEqualTo(8);
        assertThat(Batch.of(List.of(run(3, 7)), 0).packed()).isFalse();
    }

    @Test
    void documentsAreConcatenatedWithAnEndTokenAfterEach() {
        TokenStream stream = TokenStream.of(List.of(new int[] {1, 2}, new int[] {}, new int[] {3}), 0);
        assertThat(stream.length()).isEqualTo(6);
        assertThat(stream.blocks(5)).isEqualTo(1);
        assertThat(stream.block(0, 5)).containsExactly(1, 2, 0, 0, 3, 0);
        assertThat(stream.blocks(6)).isZero();
    }

    @Test
    void everyTokenButTheFirstIsTheTargetOfOneBlock() {
        TokenStream stream = TokenStream.of(IntStream.range(0, 10).toArray());
        assertThat(stream.blocks(3)).isEqualTo(3);
        assertThat(IntStream.range(0, 3).mapToObj(i -> stream.block(i, 3)))
                .containsExactly(new int[] {0, 1, 2, 3}, new int[] {3, 4, 5, 6}, new int[] {6, 7, 8, 9});
        assertThatThrownBy(() -> stream.block(3, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void windowsStartAnywhereEquallyOften() {
        TokenStream stream = TokenStream.of(IntStream.range(0, 10).toArray());
        int[] starts = new int[7];
        for (int draw = 0; draw < 7000; draw++) {
            int[] window = stream.window(3, 5, draw);
            assertThat(window).hasSize(4);
            assertThat(window[3]).isEqualTo(window[0] + 3);
            starts[window[0]]++;
        }
        assertThat(starts).matches(s -> Arrays.stream(s).allMatch(n -> Math.abs(n - 1000) < 150), "near 1000 each");
        assertThat(stream.window(3, 5, 17)).isEqualTo(stream.window(3, 5, 17));
        assertThatThrownBy(() -> stream.window(10, 5, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Returns {@code length} tokens that count up from {@code first}, all of them labelled. */
    private static Example run(int length, int first) {
        int[] ids = IntStream.range(first, first + length).toArray();
        return Example.of(ids);
    }
}

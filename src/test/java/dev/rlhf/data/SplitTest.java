package dev.rlhf.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.data.Split.Fractions;
import dev.rlhf.data.Split.Parts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SplitTest {
    private static final List<String> KEYS =
            IntStream.range(0, 1000).mapToObj(i -> "document " + i).toList();

    @Test
    void hashesGiveAboutTheFractionsAndEveryRowOnce() {
        Parts<String> parts = Split.byHash(KEYS, Function.identity(), Fractions.EIGHTY_TEN_TEN, 1);
        assertThat(parts.validation()).hasSizeBetween(70, 130);
        assertThat(parts.test()).hasSizeBetween(70, 130);
        assertThat(all(parts)).containsExactlyInAnyOrderElementsOf(KEYS);
        assertThat(parts.train()).as("order is kept").isSubsetOf(KEYS).isEqualTo(inOrder(parts.train()));
    }

    @Test
    void rowsAddedLaterMoveNoOthers() {
        Parts<String> before = Split.byHash(KEYS.subList(0, 500), Function.identity(), Fractions.EIGHTY_TEN_TEN, 1);
        Parts<String> after = Split.byHash(KEYS, Function.identity(), Fractions.EIGHTY_TEN_TEN, 1);
        assertThat(after.test()).containsAll(before.test());
        assertThat(after.validation()).containsAll(before.validation());
        assertThat(after.train()).containsAll(before.train());
    }

    @Test
    void theSplitIsAFunctionOfTheSeed() {
        Parts<String> one = Split.byHash(KEYS, Function.identity(), Fractions.EIGHTY_TEN_TEN, 1);
        assertThat(Split.byHash(KEYS, Function.identity(), Fractions.EIGHTY_TEN_TEN, 1))
                .isEqualTo(one);
        assertThat(Split.byHash(KEYS, Function.identity(), Fractions.EIGHTY_TEN_TEN, 2))
                .isNotEqualTo(one);
        // Pinned: a run must split its data the same way on every JVM and after every upgrade.
        assertThat(one.test().subList(0, 3)).isEqualTo(List.of("document 13", "document 31", "document 57"));
    }

    @Test
    void exactFractionsAreExactEvenForFewRows() {
        for (int n : new int[] {1, 2, 3, 5, 10, 100}) {
            Parts<String> parts =
                    Split.byFraction(KEYS.subList(0, n), Function.identity(), Fractions.EIGHTY_TEN_TEN, 7);
            assertThat(parts.test()).hasSize((int) Math.round(0.1 * n));
            assertThat(parts.validation().size() + parts.test().size())
                    .isEqualTo((int) Math.min(n - 1, Math.round(0.2 * n)));
            assertThat(all(parts)).hasSize(n);
        }
        Parts<String> half = Split.byFraction(KEYS.subList(0, 4), Function.identity(), new Fractions(0.5, 0), 7);
        assertThat(half.train()).hasSize(2);
        assertThat(half.test()).isEmpty();
    }

    @Test
    void rowsOfOneKeyStayTogether() {
        Function<String, String> lastDigit = key -> key.substring(key.length() - 1);
        for (Parts<String> parts : List.of(
                Split.byHash(KEYS, lastDigit, new Fractions(0.3, 0.3), 3),
                Split.byFraction(KEYS, lastDigit, new Fractions(0.3, 0.3), 3))) {
            List<String> digits = new ArrayList<>();
            Stream.of(parts.train(), parts.validation(), parts.test())
                    .forEach(part -> digits.addAll(
                            new HashSet<>(part.stream().map(lastDigit).toList())));
            assertThat(digits).hasSize(10).doesNotHaveDuplicates();
        }
    }

    @Test
    void aSingleTextIsCutAsNanoGptDoes() {
        Parts<String> parts = Split.contiguous("abcdefghijklmno", new Fractions(0.1, 0));
        assertThat(parts).isEqualTo(new Parts<>(List.of("abcdefghijklm"), List.of("no"), List.of()));
        Parts<String> three = Split.contiguous("😀".repeat(10), Fractions.EIGHTY_TEN_TEN);
        assertThat(three).isEqualTo(new Parts<>(List.of("😀".repeat(8)), List.of("😀"), List.of("😀")));
    }

    @Test
    void fractionsThatLeaveNothingToTrainOnAreRefused() {
        assertThatThrownBy(() -> new Fractions(0.5, 0.5)).isInstanceOf(InputException.class);
        assertThatThrownBy(() -> new Fractions(-0.1, 0)).isInstanceOf(InputException.class);
        assertThatThrownBy(() -> new Fractions(Double.NaN, 0)).isInstanceOf(InputException.class);
    }

    private static List<String> all(Parts<String> parts) {
        return Stream.of(parts.train(), parts.validation(), parts.test())
                .flatMap(List::stream)
                .toList();
    }

    private static List<String> inOrder(List<String> some) {
        return KEYS.stream().filter(new HashSet<>(some)::contains).toList();
    }
}

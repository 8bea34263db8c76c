package dev.rlhf.label.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TaskNumbersTest {
    @Test
    void numbersAreThoseOfOneTaskAndHaveNoOrder() {
        TaskNumbers numbers = new TaskNumbers("of a store");
        long[] shown = LongStream.range(1, 10_000).map(numbers::shown).toArray();
        assertThat(LongStream.of(shown).map(numbers::stored).toArray())
                .isEqualTo(LongStream.range(1, 10_000).toArray());
        assertThat(LongStream.of(shown).distinct().count()).isEqualTo(shown.length);
        assertThat(LongStream.of(shown).allMatch(number -> number >= 0 && number < 1L << 52))
                .isTrue();
        long rising = LongStream.range(1, shown.length)
                .filter(i -> shown[(int) i] > shown[(int) i - 1])
                .count();
        assertThat((double) rising / shown.length).isBetween(0.48, 0.52);
        assertThat(new TaskNumbers("of another store").shown(1)).isNotEqualTo(numbers.shown(1));
    }
}

package dev.rlhf.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundTest {
    @ParameterizedTest
    @CsvSource({
        "<= 0.9, 0.9, 0.91",
        "<0.9, 0.89, 0.9",
        ">= 5e-1, 0.5, 0.49",
        "> 2, 2.1, 2",
        "1.0 +- 0.1, 0.9, 0.89",
        "1.0 ± .1, 1.1, 1.11",
        "between -1 and 1, -1, 1.01",
        "<= 1, -1e9, Infinity",
        ">= 1, 1e9, Infinity",
        "<= 1, 0, NaN"
    })
    void aBoundTellsWhatMeetsItFromWhatDoesNot(String text, double met, double missed) {
        Bound bound = Bound.parse(text).orElseThrow();
        assertThat(bound.isMetBy(met)).isTrue();
        assertThat(bound.isMetBy(missed)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0.9", "about 3", "=> 3", "<= x", "1 +- -2", "between 4 and 3", "< 1 2"})
    void whatCannotBeABoundIsNone(String text) {
        assertThat(Bound.parse(text)).isEmpty();
    }

    @Test
    void aMetricThatIsMissingOrNotMeasuredIsAMiss() {
        Expectations expect =
                new Expectations(Map.of("loss", Bound.parse("<= 1").orElseThrow()));
        assertThat(expect.check(Map.of()))
                .singleElement()
                .satisfies(check -> assertThat(check.met()).isFalse());
        assertThat(expect.check(Map.of("loss", Double.NaN)))
                .extracting(Expectations.Check::met)
                .containsExactly(false);
        assertThat(expect.check(Map.of("loss", 0.5)))
                .extracting(Expectations.Check::met)
                .containsExactly(true);
    }
}

package dev.rlhf.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DidYouMeanTest {
    private static final List<String> WORDS = List.of("learning_rate", "max_steps", "seed", "lr_scheduler_type", "sft");

    @ParameterizedTest
    @CsvSource({
        "learning_rat, learning_rate",
        "learning-rate, learning_rate",
        "laerning_rate, learning_rate",
        "sede, seed",
        "fst, sft",
        "lr_sched, lr_scheduler_type"
    })
    void theNearestWordIsProposed(String typed, String meant) {
        assertThat(DidYouMean.nearest(typed, WORDS)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"x", "batch_size", "lr"})
    void whatIsNearNothingProposesNothing(String typed) {
        assertThat(DidYouMean.nearest(typed, WORDS)).isEmpty();
        assertThat(DidYouMean.hint(typed, WORDS)).isEmpty();
        assertThat(DidYouMean.hintOrStop(typed, WORDS)).isEqualTo(".");
    }

    @Test
    void distanceCountsInsertionsDeletionsSubstitutionsAndSwaps() {
        assertThat(DidYouMean.distance("", "abc")).isEqualTo(3);
        assertThat(DidYouMean.distance("abc", "abc")).isZero();
        assertThat(DidYouMean.distance("abc", "acb")).isEqualTo(1);
        assertThat(DidYouMean.distance("kitten", "sitting")).isEqualTo(3);
    }
}

package dev.rlhf.recipe.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrlOptionsTest {
    @Test
    void anOptionOfTrlLeadsToTheOneHereIfTheStageHasIt() {
        assertThat(TrlOptions.hint("dataset_name", List.of("dataset", "seed"))).isEqualTo("; did you mean dataset?");
        assertThat(TrlOptions.hint("dataset_name", List.of("input"))).isEmpty();
        assertThat(TrlOptions.hint("eval_strategy", List.of("eval_steps"))).isEqualTo("; set eval_steps");
        assertThat(TrlOptions.hint("lerning_rate", List.of("learning_rate"))).isEmpty();
    }
}

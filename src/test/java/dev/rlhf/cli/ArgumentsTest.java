package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private static Arguments parse(String... typed) {
        return Arguments.parse(List.of(typed), "packing"::equals);
    }

    @Test
    void optionsAndArgumentsAreDistinguishedInAnyOrder() {
        Arguments arguments = parse("--seed", "2", "r.yaml", "--a.b=x=y", "--packing", "--lr", "-1e-3", "--empty=");
        assertThat(arguments.words()).containsExactly("r.yaml");
        assertThat(arguments.options())
                .containsEntry("seed", "2")
                .containsEntry("a.b", "x=y")
                .containsEntry("packing", "true")
                .containsEntry("lr", "-1e-3")
                .containsEntry("empty", "");
    }

    @Test
    void aFlagTakesTrueOrFalseAndLeavesOtherWordsAlone() {
        assertThat(parse("--packing", "false").options()).containsEntry("packing", "false");
        assertThat(parse("--packing", "False").options()).containsEntry("packing", "False");
        assertThat(parse("--packing", "r.yaml").words()).containsExactly("r.yaml");
    }

    @Test
    void mistakesAreOneLine() {
        assertThatThrownBy(() -> parse("--seed"))
                .isInstanceOf(InputException.class)
                .hasMessage("--seed: needs a value");
        assertThatThrownBy(() -> parse("--seed", "--lr", "1")).hasMessage("--seed: needs a value");
        assertThatThrownBy(() -> parse("--seed", "1", "--seed=2")).hasMessage("--seed: given twice");
        assertThatThrownBy(() -> parse("-s", "1")).hasMessage("-s: options begin with two dashes, as in --seed 2");
    }
}

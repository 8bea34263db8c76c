package dev.rlhf.report.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void alignsNumbersToTheRightAndTextToTheLeft() {
        Table table = new Table("metric", "base", "sft")
                .row("answered", 0.12, 98)
                .row("mean reward", -1.5, null)
                .row("tokens", 12_000, 7);

        assertThat(table.toString()).isEqualTo("""
                        metric         base  sft
                        ───────────  ──────  ───
                        answered     0.1200   98
                        mean reward  -1.500    –
                        tokens       12,000    7
                        """);
    }

    @Test
    void keepsARowOnOneLineAndCountsCharactersNotUtf16Units() {
        assertThat(new Table("text", "n").row("a\nb😀", 1).toString()).isEqualTo("""
                        text  n
                        ────  ─
                        a⏎b😀  1
                        """);
    }

    @Test
    void refusesARowOfAnotherWidth() {
        assertThatThrownBy(() -> new Table("a", "b").row("x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("1 cells for 2 columns");
    }
}

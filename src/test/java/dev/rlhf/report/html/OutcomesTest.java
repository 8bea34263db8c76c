package dev.rlhf.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.base.Interval;
import dev.rlhf.report.console.ComparisonTable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutcomesTest {
    @Test
    void aModelHasOneColourInAllCharts() {
        ComparisonTable table = new ComparisonTable(
                List.of("base", "sft"),
                Map.of("risk/20", List.of(Interval.NOT_MEASURED, new Interval(0.25, 0.1, 0.4, 8))));
        List<AnswerCurves> curves = List.of(
                new AnswerCurves("base", List.of(), List.of()),
                new AnswerCurves("sft", List.of(new AnswerCurves.TradeOff(0.1, 0.9)), List.of()));

        String html = Outcomes.of(table, curves).toString();

        assertThat(html)
                .contains(">Risk and coverage<", ">Trade-off between refusals<")
                .contains("<title>sft: 25.0 % wrong</title>")
                .contains("key c1", "dot c1")
                .doesNotContain("key c0", "dot c0", ">base<");
    }

    @Test
    void onlyChartsOfEqualSharesHaveADiagonal() {
        ComparisonTable table =
                new ComparisonTable(List.of("sft"), Map.of("risk/100", List.of(new Interval(0.5, 0.3, 0.7, 8))));
        AnswerCurves curves = new AnswerCurves("sft", List.of(new AnswerCurves.TradeOff(0.1, 0.9)), List.of());

        assertThat(Outcomes.of(table, List.of()).toString()).doesNotContain("class=\"cursor\"");
        assertThat(Outcomes.of(table, List.of(curves)).toString()).containsOnlyOnce("class=\"cursor\"");
    }
}

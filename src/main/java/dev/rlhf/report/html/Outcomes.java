package dev.rlhf.report.html;

import dev.rlhf.base.Interval;
import dev.rlhf.report.console.ComparisonTable;
import dev.rlhf.report.console.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Draws the charts of a knowledge evaluation: each model's shares of correct, refused and made-up answers, separately
 * for questions that the reference model knew and did not know; gain and cost in numbers; the trade-off between
 * refusals; risk–coverage curves; and calibration. Pure functions.
 */
final class Outcomes {
    private Outcomes() {}

    /** Returns the charts; an empty element if the table has no metrics of answers. */
    static Element of(ComparisonTable table, List<AnswerCurves> curves) {
        Element all = Element.of("div");
        Element bars = Element.of("div", "charts outcomes");
        bars(bars, table, "Known: should be right", "known_accuracy", "over_refusal", true);
        bars(bars, table, "Unknown: should be refused", "hallucination_rate", "unknown_refused", false);
        Element charts = Element.of("div", "charts");
        tradeOff(charts, curves);
        risks(charts, table);
        calibration(charts, curves);
        if (!bars.isEmpty()) {
            all.add(
                    Element.of("p", "legend")
                            .add(key("right", "right"), key("refused", "refused"), key("made-up", "made up")),
                    bars,
                    GainAndCost.of(table));
        }
        if (!charts.isEmpty()) {
            all.add(charts);
        }
        return all;
    }

    private static Element key(String part, String text) {
        return Element.of("span").add(Element.of("i", "key " + part)).text(text);
    }

    /**
     * Adds a chart with one bar per model.
     * @param share name of the metric with the share of correct answers, or of made-up ones
     * @param refused name of the metric with the share of refusals
     * @param isRight whether {@code share} is the share of correct answers; the third part of a bar is the rest
     */
    private static void bars(
            Element charts, ComparisonTable table, String title, String share, String refused, boolean isRight) {
        List<Interval> shares = table.rows().getOrDefault(share, List.of());
        List<Interval> refusals = table.rows().getOrDefault(refused, List.of());
        if (refusals.isEmpty() || shares.stream().allMatch(interval -> Double.isNaN(interval.value()))) {
            return;
        }
        Element figure = Element.of("figure")
                .add(Element.of("figcaption")
                        .add("strong", title)
                        .add(Element.of("span", "quiet")
                                .text("n=" + shares.getFirst().n())));
        for (int i = 0; i < table.columns().size(); i++) {
            double given = shares.get(i).value();
            double declined = refusals.get(i).value();
            if (Double.isNaN(given) || Double.isNaN(declined)) {
                continue;
            }
            double rest = Math.max(0, 1 - given - declined);
            figure.add(bar(table.columns().get(i), isRight ? given : rest, declined, isRight ? rest : given));
        }
        charts.add(figure);
    }

    private static Element bar(String model, double right, double refused, double madeUp) {
        String described = "%s: %s right, %s refused, %s made up"
                .formatted(model, Numbers.percent(right), Numbers.percent(refused), Numbers.percent(madeUp));
        return Element.of("div", "outcome")
                .add(Element.of("span", "model").text(model))
                .add(Element.of("div", "stack")
                        .attr("role", "img")
                        .attr("aria-label", described)
                        .attr("title", described)
                        .add(part("right", right), part("refused", refused), part("made-up", madeUp)));
    }

    /** Returns a part of a bar with its percentage, which the style sheet shows where it fits. */
    private static Element part(String name, double share) {
        return Element.of("i", name)
                .attr("style", "width:" + Math.round(1000 * share) / 10.0 + "%")
                .add(Element.of("span").text(Math.round(100 * share) + " %"));
    }

    /**
     * Adds each model's refusal recall over its over-refusal; the dot is the model with no further answers withheld.
     */
    private static void tradeOff(Element charts, List<AnswerCurves> curves) {
        ShareChart chart = new ShareChart(
                "Trade-off between refusals",
                "Dot: the model as it is. Curve: its least confident answers are withheld, too. Dashed: refusals at"
                        + " random.",
                "over-refusal",
                "refusal recall",
                true);
        for (int i = 0; i < curves.size(); i++) {
            List<ShareChart.Point> points = new ArrayList<>();
            for (AnswerCurves.TradeOff point : curves.get(i).tradeOff()) {
                points.add(new ShareChart.Point(
                        point.overRefusal(),
                        point.refusalRecall(),
                        points.isEmpty() ? 4.5 : 0,
                        points.isEmpty() ? "the model as it is" : ""));
            }
            chart.add(curves.get(i).model(), points, i);
        }
        add(charts, chart);
    }

    /** Adds each model's share of correct answers over its confidence. */
    private static void calibration(Element charts, List<AnswerCurves> curves) {
        ShareChart chart = new ShareChart(
                "Calibration of the confidence",
                "Dashed: right as often as confident. The size of a dot shows the number of answers.",
                "confidence",
                "right answers",
                true);
        for (int i = 0; i < curves.size(); i++) {
            int all = curves.get(i).calibration().stream()
                    .mapToInt(AnswerCurves.Calibration::answers)
                    .sum();
            chart.add(
                    curves.get(i).model(),
                    curves.get(i).calibration().stream()
                            .map(bin -> new ShareChart.Point(
                                    bin.confidence(),
                                    bin.right(),
                                    2 + 6 * Math.sqrt((double) bin.answers() / all),
                                    bin.answers() + " answers"))
                            .toList(),
                    i);
        }
        add(charts, chart);
    }

    private static void add(Element charts, ShareChart chart) {
        if (!chart.isEmpty()) {
            charts.add(chart.figure());
        }
    }

    /** Adds the share of wrong answers over the share of the questions that are answered, for each model. */
    private static void risks(Element charts, ComparisonTable table) {
        ShareChart chart = new ShareChart(
                "Risk and coverage",
                "The share of wrong answers if a model answers only the questions it is most confident about.",
                "coverage",
                "wrong answers",
                false);
        for (int i = 0; i < table.columns().size(); i++) {
            List<ShareChart.Point> points = new ArrayList<>();
            for (Map.Entry<String, List<Interval>> row : table.rows().entrySet()) {
                double risk = row.getKey().startsWith(AnswerCurves.RISK)
                        ? row.getValue().get(i).value()
                        : Double.NaN;
                if (Double.isFinite(risk)) {
                    double coverage = Integer.parseInt(row.getKey().substring(AnswerCurves.RISK.length())) / 100.0;
                    points.add(new ShareChart.Point(coverage, risk, 3, Numbers.percent(risk) + " wrong"));
                }
            }
            chart.add(table.columns().get(i), points, i);
        }
        add(charts, chart);
    }
}

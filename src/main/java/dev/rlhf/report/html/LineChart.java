package dev.rlhf.report.html;

import dev.rlhf.report.console.Numbers;
import dev.rlhf.report.log.Series;
import dev.rlhf.report.log.Series.Point;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Draws series over steps as an SVG that scales with the page; the page's style sheet sets the colours. A noisy series
 * is drawn in a faint colour behind its trend.
 */
final class LineChart {
    static final int COLOURS = 8;

    private static final double WIDTH = 440;
    private static final double HEIGHT = 220;
    private static final double LEFT = 46;
    private static final double RIGHT = WIDTH - 10;
    private static final double TOP = 8;
    private static final double BOTTOM = HEIGHT - 24;
    private static final int MOST_POINTS = 300;

    private final String title;
    private final List<Series> series;
    private final Scale x;
    private final Scale y;

    /**
     * Creates a chart.
     *
     * @param series each with at least one finite point
     * @param log whether the values are on a logarithmic axis; they must be positive
     */
    LineChart(String title, List<Series> series, boolean log) {
        this.title = title;
        this.series = series;
        DoubleSummaryStatistics steps =
                all(series).collect(Collectors.summarizingDouble(point -> (double) point.step()));
        DoubleSummaryStatistics values = all(series).collect(Collectors.summarizingDouble(Point::value));
        this.x = Scale.exact(steps.getMin(), steps.getMax(), 5);
        this.y = log ? Scale.log(values.getMin(), values.getMax()) : Scale.linear(values.getMin(), values.getMax(), 4);
    }

    /** Returns the ratio of the highest to the lowest value; 0 if a value is not positive. */
    static double span(List<Series> series) {
        DoubleSummaryStatistics values = all(series).collect(Collectors.summarizingDouble(Point::value));
        return values.getMin() > 0 ? values.getMax() / values.getMin() : 0;
    }

    Element svg() {
        Element svg = Svg.root(y.log() ? "chart log" : "chart linear", WIDTH, HEIGHT, describe())
                .attr(
                        "data-plot",
                        Stream.of(LEFT, RIGHT, TOP, BOTTOM, x.low(), x.high())
                                .map(Svg::number)
                                .collect(Collectors.joining(" ")));
        for (double tick : y.ticks()) {
            svg.add(Svg.line(LEFT, y(tick), RIGHT, y(tick), "grid"));
            svg.add(Svg.label(LEFT - 6, y(tick) + 3.5, "end", y.label(tick)));
        }
        svg.add(Svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis"));
        for (double tick : x.ticks()) {
            svg.add(Svg.line(x(tick), BOTTOM, x(tick), BOTTOM + 4, "axis"));
            svg.add(Svg.label(x(tick), BOTTOM + 16, x(tick) > RIGHT - 14 ? "end" : "middle", x.label(tick)));
        }
        for (int i = series.size() - 1; i >= 0; i--) {
            draw(svg, series.get(i).finite(), i % COLOURS);
        }
        return svg;
    }

    /** Returns a description of the chart for screen readers. */
    String describe() {
        return title + (y.log() ? ", logarithmic" : "") + ": "
                + series.stream()
                        .map(one -> one.name() + " from "
                                + Numbers.number(one.finite().getFirst().value()) + " to "
                                + Numbers.number(one.finite().getLast().value()))
                        .collect(Collectors.joining("; "));
    }

    private void draw(Element svg, List<Point> points, int colour) {
        if (points.size() == 1) {
            Point only = points.getFirst();
            svg.add(Svg.dot("dot c" + colour, x((double) only.step()), y(only.value()), 3.5));
            return;
        }
        boolean noisy = Curve.isNoisy(points);
        svg.add(path(points, (noisy ? "raw c" : "curve c") + colour));
        if (noisy) {
            svg.add(path(Curve.smooth(points), "curve c" + colour));
        }
    }

    private Element path(List<Point> points, String cssClass) {
        List<Point> thin = Curve.thin(points, MOST_POINTS);
        return Svg.path(
                cssClass,
                thin.stream().mapToDouble(point -> x((double) point.step())).toArray(),
                thin.stream().mapToDouble(point -> y(point.value())).toArray());
    }

    private double x(double step) {
        return LEFT + (RIGHT - LEFT) * x.position(step);
    }

    private double y(double value) {
        return BOTTOM - (BOTTOM - TOP) * y.position(value);
    }

    private static Stream<Point> all(List<Series> series) {
        return series.stream().flatMap(one -> one.finite().stream());
    }
}

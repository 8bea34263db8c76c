package dev.rlhf.report.html;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.rlhf.base.Json;
import dev.rlhf.report.console.Numbers;
import dev.rlhf.report.log.Metrics;
import dev.rlhf.report.log.Series;
import dev.rlhf.report.log.Series.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Draws the charts of a run, each with a legend, the values shown under the pointer, and a table as a text alternative.
 */
final class Curves {
    private static final int MOST_HOVER_POINTS = 200;
    private static final int TABLE_ROWS = 12;
    private static final double WORTH_A_LOG = 10;
    private static final double NEEDS_A_LOG = 100;

    private Curves() {}

    /** Returns all charts, each group under a heading. */
    public static Element grouped(Metrics metrics) {
        Element all = Element.of("div", "curves");
        for (Map.Entry<String, List<ChartPlan.Chart>> group :
                ChartPlan.of(metrics).entrySet()) {
            Element grid = Element.of("div", "charts");
            group.getValue().forEach(chart -> grid.add(figure(chart)));
            all.add("h3", group.getKey()).add(grid);
        }
        if (all.isEmpty()) {
            all.add(Element.of("p", "quiet").text("No metrics were logged."));
        }
        return all;
    }

    /** Returns all charts in one grid, without headings. */
    public static Element flat(Metrics metrics) {
        Element grid = Element.of("div", "charts");
        ChartPlan.of(metrics).values().forEach(charts -> charts.forEach(chart -> grid.add(figure(chart))));
        return grid;
    }

    /** Returns one chart. */
    static Element figure(ChartPlan.Chart chart) {
        double span = LineChart.span(chart.series());
        boolean either = span > WORTH_A_LOG;
        Element caption = Element.of("figcaption").add("strong", chart.title());
        if (either) {
            caption.add(logSwitch(span > NEEDS_A_LOG));
        }
        Element figure = Element.of("figure")
                .attr("data-series", hoverValues(chart.series()))
                .add(caption, legend(chart.series()), new LineChart(chart.title(), chart.series(), false).svg());
        if (either) {
            figure.add(new LineChart(chart.title(), chart.series(), true).svg());
        }
        return figure.add(table(chart.series()));
    }

    /** Returns the checkbox with which the style sheet switches between the two charts, without a script. */
    private static Element logSwitch(boolean on) {
        Element box = Element.of("input").attr("type", "checkbox");
        return Element.of("label", "quiet")
                .add(on ? box.attr("checked", "") : box)
                .text("log scale");
    }

    private static Element legend(List<Series> series) {
        Element legend = Element.of("p", "legend");
        for (int i = 0; i < series.size(); i++) {
            legend.add(Element.of("span")
                    .add(Element.of("i", "key c" + i % LineChart.COLOURS))
                    .add("code", series.get(i).name())
                    .text(" ")
                    .add("b", Numbers.number(series.get(i).last())));
        }
        return legend;
    }

    /** Returns {@code [["loss", [step, …], ["1.23", …]], …]}, which report.js reads. */
    private static String hoverValues(List<Series> series) {
        ArrayNode all = Json.mapper().createArrayNode();
        for (Series one : series) {
            ArrayNode steps = Json.mapper().createArrayNode();
            ArrayNode values = Json.mapper().createArrayNode();
            for (Point point : Curve.thin(one.finite(), MOST_HOVER_POINTS)) {
                steps.add(point.step());
                values.add(Numbers.number(point.value()));
            }
            all.addArray().add(one.name()).add(steps).add(values);
        }
        return all.toString();
    }

    private static Element table(List<Series> series) {
        Element head =
                Element.of("tr").add(Element.of("th").attr("scope", "col").text("step"));
        series.forEach(one -> head.add(Element.of("th").attr("scope", "col").text(one.name())));
        Element body = Element.of("tbody");
        for (long step : steps(series)) {
            Element row = Element.of("tr").add("td", Numbers.number((double) step));
            series.forEach(one -> row.add("td", Numbers.number(valueAt(one, step))));
            body.add(row);
        }
        return ReportElements.values(head, body);
    }

    /** Returns a dozen steps of the whole run; if possible, steps at which every series was logged. */
    private static List<Long> steps(List<Series> series) {
        TreeMap<Long, Long> count = series.stream()
                .flatMap(one -> one.finite().stream())
                .collect(Collectors.groupingBy(Point::step, TreeMap::new, Collectors.counting()));
        List<Long> common = count.entrySet().stream()
                .filter(entry -> entry.getValue() == series.size())
                .map(Map.Entry::getKey)
                .toList();
        List<Long> all = common.size() >= 2 ? common : List.copyOf(count.keySet());
        if (all.size() <= TABLE_ROWS) {
            return all;
        }
        List<Long> some = new ArrayList<>();
        for (int i = 0; i < TABLE_ROWS; i++) {
            some.add(all.get((int) Math.round(i * (all.size() - 1.0) / (TABLE_ROWS - 1))));
        }
        return some;
    }

    private static double valueAt(Series series, long step) {
        return series.points().stream()
                .filter(point -> point.step() == step)
                .findFirst()
                .map(Point::value)
                .orElse(Double.NaN);
    }
}

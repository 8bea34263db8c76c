package dev.rlhf.report.html;

import dev.rlhf.report.console.Numbers;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws curves of one share over another, both from 0 to 100 %, with a legend and a table as a text alternative.
 */
final class ShareChart {
    private static final double WIDTH = 440;
    private static final double HEIGHT = 280;
    private static final double LEFT = 46;
    private static final double RIGHT = WIDTH - 14;
    private static final double TOP = 26;
    private static final double BOTTOM = HEIGHT - 42;
    private static final int TABLE_ROWS = 12;

    private final String title;
    private final String note;
    private final String xName;
    private final String yName;
    private final boolean diagonal;
    private final List<Line> lines = new ArrayList<>();

    /**
     * A point.
     *
     * @param radius of its dot; 0 for none
     * @param note the dot's tooltip
     */
    record Point(double x, double y, double radius, String note) {}

    private record Line(String name, List<Point> points, int colour) {}

    /**
     * Creates a chart without curves.
     *
     * @param note explains its marks
     * @param diagonal whether to dash the line where both shares are equal
     */
    ShareChart(String title, String note, String xName, String yName, boolean diagonal) {
        this.title = title;
        this.note = note;
        this.xName = xName;
        this.yName = yName;
        this.diagonal = diagonal;
    }

    /** Adds a curve. The colour depends on {@code index}, so that a model has the same colour in every chart. */
    void add(String name, List<Point> points, int index) {
        if (!points.isEmpty()) {
            lines.add(new Line(name, List.copyOf(points), index % LineChart.COLOURS));
        }
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    Element figure() {
        Element legend = Element.of("p", "legend");
        for (Line line : lines) {
            legend.add(Element.of("span")
                    .add(Element.of("i", "key c" + line.colour()))
                    .add("code", line.name()));
        }
        return Element.of("figure")
                .add(Element.of("figcaption").add("strong", title), legend)
                .add(Element.of("p", "legend").text(note))
                .add(svg(), table());
    }

    private Element svg() {
        Element svg = Element.of("svg", "plot")
                .attr("viewBox", "0 0 " + LineChart.number(WIDTH) + " " + LineChart.number(HEIGHT))
                .attr("role", "img")
                .attr("aria-label", title + "; the values are in the table below");
        for (int percent = 0; percent <= 100; percent += 20) {
            double share = percent / 100.0;
            svg.add(LineChart.line(LEFT, y(share), RIGHT, y(share), percent == 0 ? "axis" : "grid"));
            svg.add(LineChart.label(LEFT - 6, y(share) + 3.5, "end", percent + " %"));
            svg.add(LineChart.label(x(share), BOTTOM + 16, percent == 100 ? "end" : "middle", percent + " %"));
        }
        if (diagonal) {
            svg.add(LineChart.line(x(0), y(0), x(1), y(1), "cursor"));
        }
        svg.add(LineChart.label((LEFT + RIGHT) / 2, HEIGHT - 6, "middle", xName + " \u2192"));
        svg.add(LineChart.label(2, 12, "start", "\u2191 " + yName));
        for (Line line : lines.reversed()) {
            draw(svg, line);
        }
        return svg;
    }

    private static void draw(Element svg, Line line) {
        StringBuilder path = new StringBuilder();
        for (Point point : line.points()) {
            path.append(path.isEmpty() ? 'M' : 'L')
                    .append(LineChart.number(x(point.x())))
                    .append(' ')
                    .append(LineChart.number(y(point.y())));
        }
        if (line.points().size() > 1) {
            svg.add(Element.of("path", "curve c" + line.colour()).attr("d", path.toString()));
        }
        for (Point point : line.points()) {
            if (point.radius() > 0) {
                svg.add(Element.of("circle", "dot c" + line.colour())
                        .attr("cx", LineChart.number(x(point.x())))
                        .attr("cy", LineChart.number(y(point.y())))
                        .attr("r", LineChart.number(point.radius()))
                        .add("title", line.name() + ": " + point.note()));
            }
        }
    }

    private Element table() {
        Element head = Element.of("tr")
                .add(Parts.column("model", ""), Parts.column(xName, ""), Parts.column(yName, ""), Parts.column("", ""));
        Element body = Element.of("tbody");
        for (Line line : lines) {
            int count = line.points().size();
            int rows = Math.min(count, TABLE_ROWS);
            for (int i = 0; i < rows; i++) {
                Point point = line.points().get(rows == 1 ? 0 : (int) Math.round(i * (count - 1.0) / (rows - 1)));
                body.add(Element.of("tr")
                        .add("td", line.name())
                        .add("td", Numbers.percent(point.x()))
                        .add("td", Numbers.percent(point.y()))
                        .add("td", point.note()));
            }
        }
        return Element.of("details")
                .add("summary", "Values")
                .add(Element.of("div", "scroll")
                        .add(Element.of("table", "numbers")
                                .add(Element.of("thead").add(head), body)));
    }

    private static double x(double share) {
        return LEFT + (RIGHT - LEFT) * share;
    }

    private static double y(double share) {
        return BOTTOM - (BOTTOM - TOP) * share;
    }
}

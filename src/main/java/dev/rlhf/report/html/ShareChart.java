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
        Element svg = Svg.root("plot", WIDTH, HEIGHT, title + "; the values are in the table below");
        for (int percent = 0; percent <= 100; percent += 20) {
            double share = percent / 100.0;
            svg.add(Svg.line(LEFT, y(share), RIGHT, y(share), percent == 0 ? "axis" : "grid"));
            svg.add(Svg.label(LEFT - 6, y(share) + 3.5, "end", percent + " %"));
            svg.add(Svg.label(x(share), BOTTOM + 16, percent == 100 ? "end" : "middle", percent + " %"));
        }
        if (diagonal) {
            svg.add(Svg.line(x(0), y(0), x(1), y(1), "cursor"));
        }
        svg.add(Svg.label((LEFT + RIGHT) / 2, HEIGHT - 6, "middle", xName + " \u2192"));
        svg.add(Svg.label(2, 12, "start", "\u2191 " + yName));
        for (Line line : lines.reversed()) {
            draw(svg, line);
        }
        return svg;
    }

    private static void draw(Element svg, Line line) {
        if (line.points().size() > 1) {
            svg.add(Svg.path(
                    "curve c" + line.colour(),
                    line.points().stream().mapToDouble(point -> x(point.x())).toArray(),
                    line.points().stream().mapToDouble(point -> y(point.y())).toArray()));
        }
        for (Point point : line.points()) {
            if (point.radius() > 0) {
                svg.add(Svg.dot("dot c" + line.colour(), x(point.x()), y(point.y()), point.radius())
                        .add("title", line.name() + ": " + point.note()));
            }
        }
    }

    private Element table() {
        Element head = Element.of("tr")
                .add(
                        ReportElements.column("model", ""),
                        ReportElements.column(xName, ""),
                        ReportElements.column(yName, ""),
                        ReportElements.column("", ""));
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
        return ReportElements.values(head, body);
    }

    private static double x(double share) {
        return LEFT + (RIGHT - LEFT) * share;
    }

    private static double y(double share) {
        return BOTTOM - (BOTTOM - TOP) * share;
    }
}

package dev.rlhf.report.html;

import java.util.Locale;

/** Shapes of a chart. Coordinates are in pixels of its view box; style sheets set colours by class. */
final class Svg {
    private Svg() {}

    /** Returns the root of a chart, described for screen readers. */
    static Element root(String cssClass, double width, double height, String description) {
        return Element.of("svg", cssClass)
                .attr("viewBox", "0 0 " + number(width) + " " + number(height))
                .attr("role", "img")
                .attr("aria-label", description);
    }

    static Element line(double x1, double y1, double x2, double y2, String cssClass) {
        return Element.of("line", cssClass)
                .attr("x1", number(x1))
                .attr("y1", number(y1))
                .attr("x2", number(x2))
                .attr("y2", number(y2));
    }

    static Element label(double x, double y, String anchor, String text) {
        return Element.of("text")
                .attr("x", number(x))
                .attr("y", number(y))
                .attr("text-anchor", anchor)
                .text(text);
    }

    static Element dot(String cssClass, double x, double y, double radius) {
        return Element.of("circle", cssClass)
                .attr("cx", number(x))
                .attr("cy", number(y))
                .attr("r", number(radius));
    }

    /** Returns straight lines from point to point. */
    static Element path(String cssClass, double[] x, double[] y) {
        StringBuilder d = new StringBuilder();
        for (int i = 0; i < x.length; i++) {
            d.append(i == 0 ? 'M' : 'L').append(number(x[i])).append(' ').append(number(y[i]));
        }
        return Element.of("path", cssClass).attr("d", d.toString());
    }

    /** Formats a coordinate to a tenth of a pixel, which keeps the file small. */
    static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value).replaceFirst("\\.0$", "");
    }
}

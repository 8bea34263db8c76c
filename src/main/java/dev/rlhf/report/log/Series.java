package dev.rlhf.report.log;

import java.util.List;

/**
 * One metric over the steps it was logged at, in step order. NaN is a value that was not finite.
 *
 * @param name as in docs/reference/metrics.md
 */
public record Series(String name, List<Point> points) {
    /** A value at a step. */
    public record Point(long step, double value) {
        public boolean isFinite() {
            return Double.isFinite(value);
        }
    }

    public Series {
        points = List.copyOf(points);
    }

    /** The points that can be drawn. */
    public List<Point> finite() {
        return points.stream().filter(Point::isFinite).toList();
    }

    /** Mean of the first tenth of the finite values, one at least; NaN if there is none. */
    public double early() {
        List<Point> finite = finite();
        return mean(finite.subList(0, tenth(finite)));
    }

    /** Mean of the last tenth of the finite values, one at least; NaN if there is none. */
    public double late() {
        List<Point> finite = finite();
        return mean(finite.subList(finite.size() - tenth(finite), finite.size()));
    }

    /** The newest value; NaN if there is none. */
    public double last() {
        return points.isEmpty() ? Double.NaN : points.getLast().value();
    }

    private static int tenth(List<Point> points) {
        return (points.size() + 9) / 10;
    }

    private static double mean(List<Point> points) {
        return points.stream().mapToDouble(Point::value).average().orElse(Double.NaN);
    }
}

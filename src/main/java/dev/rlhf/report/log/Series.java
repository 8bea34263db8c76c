package dev.rlhf.report.log;

import java.util.List;

/**
 * The values of one metric by step, in the order of the steps. NaN stands for a value that was not finite.
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

    /** Returns the points with finite values. */
    public List<Point> finite() {
        return points.stream().filter(Point::isFinite).toList();
    }

    /** Returns the mean of the first tenth of the finite values, at least one; NaN if there are none. */
    public double early() {
        List<Point> finite = finite();
        return mean(finite.subList(0, tenth(finite)));
    }

    /** Returns the mean of the last tenth of the finite values, at least one; NaN if there are none. */
    public double late() {
        List<Point> finite = finite();
        return mean(finite.subList(finite.size() - tenth(finite), finite.size()));
    }

    /** Returns the latest value; NaN if there are none. */
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

package dev.rlhf.report.html;

import dev.rlhf.report.log.Series.Point;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Prepares series for drawing: detects noise, smooths, and reduces the number of points. Pure functions. */
final class Curve {
    private static final int MOST_TREND_POINTS = 500;

    private Curve() {}

    /** Returns whether the series is so noisy that its trend is hard to see. */
    static boolean isNoisy(List<Point> points) {
        if (points.size() < 20) {
            return false;
        }
        double path = 0;
        double low = points.getFirst().value();
        double high = low;
        for (int i = 1; i < points.size(); i++) {
            double value = points.get(i).value();
            path += Math.abs(value - points.get(i - 1).value());
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        return path > 4 * (high - low);
    }

    /**
     * Returns the trend: the means of at most {@value #MOST_TREND_POINTS} segments, smoothed by local linear regression
     * with tricube weights over a quarter of them (Cleveland 1979, LOWESS without its robustness passes). Unlike a
     * moving average, it does not lag behind a falling loss.
     */
    static List<Point> smooth(List<Point> points) {
        List<Point> means = means(points, MOST_TREND_POINTS);
        int reach = Math.max(3, means.size() / 8);
        List<Point> smoothed = new ArrayList<>();
        for (int i = 0; i < means.size(); i++) {
            smoothed.add(new Point(means.get(i).step(), localLine(means, i, reach)));
        }
        return smoothed;
    }

    private static List<Point> means(List<Point> points, int most) {
        int count = Math.min(most, points.size());
        List<Point> means = new ArrayList<>();
        for (int s = 0; s < count; s++) {
            List<Point> stretch = points.subList(share(s, count, points.size()), share(s + 1, count, points.size()));
            means.add(new Point(
                    stretch.get(stretch.size() / 2).step(),
                    stretch.stream().mapToDouble(Point::value).average().orElseThrow()));
        }
        return means;
    }

    /**
     * Returns the value at index {@code at} of the weighted least-squares line through the points within {@code reach}.
     */
    private static double localLine(List<Point> points, int at, int reach) {
        double w = 0;
        double x = 0;
        double y = 0;
        double xx = 0;
        double xy = 0;
        for (int i = Math.max(0, at - reach); i <= Math.min(points.size() - 1, at + reach); i++) {
            double distance = i - at;
            double weight = Math.pow(1 - Math.pow(Math.abs(distance) / (reach + 1), 3), 3);
            double value = points.get(i).value();
            w += weight;
            x += weight * distance;
            y += weight * value;
            xx += weight * distance * distance;
            xy += weight * distance * value;
        }
        return (y * xx - x * xy) / (w * xx - x * x);
    }

    /** Returns the first index of part {@code part} if {@code size} items are divided into {@code parts} parts. */
    private static int share(int part, int parts, int size) {
        return (int) ((long) part * size / parts);
    }

    /**
     * Returns about {@code most} points or fewer, including the lowest and highest of each segment, so that no spike is
     * lost.
     */
    static List<Point> thin(List<Point> points, int most) {
        if (points.size() <= most) {
            return points;
        }
        Set<Point> kept = new LinkedHashSet<>();
        kept.add(points.getFirst());
        int stretches = most / 2;
        for (int s = 0; s < stretches; s++) {
            int from = share(s, stretches, points.size());
            int to = share(s + 1, stretches, points.size());
            int lowest = from;
            int highest = from;
            for (int i = from; i < to; i++) {
                lowest = points.get(i).value() < points.get(lowest).value() ? i : lowest;
                highest = points.get(i).value() > points.get(highest).value() ? i : highest;
            }
            kept.add(points.get(Math.min(lowest, highest)));
            kept.add(points.get(Math.max(lowest, highest)));
        }
        kept.add(points.getLast());
        return List.copyOf(kept);
    }
}

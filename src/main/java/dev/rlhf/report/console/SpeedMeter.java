package dev.rlhf.report.console;

import java.util.ArrayList;
import java.util.List;

/**
 * Measures the speed at which a total grows over the last seconds, so that the effect of a slow start or a pause soon
 * disappears. Not thread-safe.
 */
final class SpeedMeter {
    private record Point(double seconds, double total) {}

    private final double windowSeconds;
    private final List<Point> points = new ArrayList<>();

    SpeedMeter(double windowSeconds) {
        this.windowSeconds = windowSeconds;
    }

    /**
     * Records that the total was {@code total} at {@code seconds}. Keeps about a hundred points per window, always
     * including the newest.
     */
    void add(double seconds, double total) {
        int size = points.size();
        if (size >= 2 && seconds - points.get(size - 2).seconds() < windowSeconds / 100) {
            points.removeLast();
        }
        points.add(new Point(seconds, total));
        while (points.size() > 2 && seconds - points.get(1).seconds() >= windowSeconds) {
            points.removeFirst();
        }
    }

    double total() {
        return points.getLast().total();
    }

    /** Returns the speed per second; NaN while no time has passed. */
    double recent() {
        Point first = points.getFirst();
        Point last = points.getLast();
        double seconds = last.seconds() - first.seconds();
        return seconds > 0 ? (last.total() - first.total()) / seconds : Double.NaN;
    }
}

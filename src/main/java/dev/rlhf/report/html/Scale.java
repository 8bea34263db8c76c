package dev.rlhf.report.html;

import dev.rlhf.report.console.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Maps values to positions on an axis, linearly or logarithmically, over a range that ends on round numbers: 1, 2, 2.5
 * or 5 times a power of ten.
 */
record Scale(double low, double high, boolean log, List<Double> ticks) {
    /** Returns a range that covers {@code low … high} with about {@code count} ticks. */
    static Scale linear(double low, double high, int count) {
        double margin = high > low ? 0 : low == 0 ? 1 : Math.abs(low) * 0.1;
        double step = niceStep((high - low + 2 * margin) / count);
        double first = Math.floor((low - margin) / step + 1e-9) * step;
        double last = Math.ceil((high + margin) / step - 1e-9) * step;
        return new Scale(first, last, false, multiples(first, last, step));
    }

    /** Returns the exact range {@code low … high} with ticks inside, for the steps on the horizontal axis. */
    static Scale exact(double low, double high, int count) {
        if (high <= low) {
            return new Scale(low - 1, low + 1, false, List.of(low));
        }
        double nice = Math.max(1, niceStep((high - low) / count));
        double step = nice == 2.5 ? 5 : nice;
        return new Scale(low, high, false, multiples(Math.ceil(low / step) * step, high, step));
    }

    /**
     * Returns a logarithmic range over {@code low … high}, both positive, with ticks at decades, or at 1-2-5 if they
     * are few.
     */
    static Scale log(double low, double high) {
        List<Double> marks = new ArrayList<>();
        int from = (int) Math.floor(Math.log10(low));
        int to = (int) Math.ceil(Math.log10(high));
        double[] within = to - from <= 2 ? new double[] {1, 2, 5} : new double[] {1};
        int every = Math.max(1, (to - from + 4) / 5);
        for (int decade = from; decade <= to; decade += every) {
            for (double mark : within) {
                marks.add(mark * Math.pow(10, decade));
            }
        }
        double first = marks.stream()
                .filter(m -> m <= low * 1.0001)
                .reduce((a, b) -> b)
                .orElse(low);
        double last = marks.stream().filter(m -> m >= high * 0.9999).findFirst().orElse(high);
        return new Scale(
                first,
                last,
                true,
                marks.stream().filter(m -> m >= first && m <= last).toList());
    }

    /** Returns the position of {@code value}: 0 at the low end, 1 at the high end. */
    double position(double value) {
        return log
                ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))
                : (value - low) / (high - low);
    }

    /** Formats a tick with as many decimals as needed to distinguish it from its neighbours. */
    String label(double tick) {
        double step = log || ticks.size() < 2 ? 1 : ticks.get(1) - ticks.get(0);
        if (tick == 0 || step >= 1 || step < 1e-5) {
            return Numbers.compact(tick);
        }
        int decimals = 1;
        while (Math.abs(step * Math.pow(10, decimals) - Math.rint(step * Math.pow(10, decimals))) > 1e-6) {
            decimals++;
        }
        return decimals <= 4 ? String.format(Locale.ROOT, "%,." + decimals + "f", tick) : Numbers.compact(tick);
    }

    private static double niceStep(double rough) {
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double share = rough / power * (1 - 1e-9);
        return power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 2.5 ? 2.5 : share <= 5 ? 5 : 10);
    }

    private static List<Double> multiples(double first, double last, double step) {
        List<Double> ticks = new ArrayList<>();
        for (int i = 0; first + i * step <= last + step * 1e-6; i++) {
            double tick = first + i * step;
            ticks.add(Math.abs(tick) < step * 1e-6 ? 0 : tick);
        }
        return ticks;
    }
}

package dev.rlhf.report.console;

import dev.rlhf.base.Interval;
import java.util.Locale;

/**
 * Formats numbers for display: few significant digits, grouped thousands, units. Pure functions; results do not depend
 * on the locale.
 */
public final class Numbers {
    private static final String NONE = "–";

    private Numbers() {}

    /**
     * Formats a number with about four significant digits: {@code 0.0123}, {@code 1.234}, {@code 56.78}, {@code
     * 12,345}, {@code 3e-5}; whole numbers in full. NaN (not measured) is an en dash.
     */
    public static String number(double value) {
        if (Double.isNaN(value)) {
            return NONE;
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "∞" : "-∞";
        }
        double size = Math.abs(value);
        if (size >= 1e12 || (size > 0 && size < 1e-3)) {
            return scientific(value);
        }
        if (value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,d", (long) value);
        }
        int wholeDigits = size < 1 ? 0 : (int) Math.floor(Math.log10(size)) + 1;
        return String.format(Locale.ROOT, "%,." + Math.max(0, 4 - wholeDigits) + "f", value);
    }

    /** Formats {@code 0.9470 [0.92, 0.97] n=267}: the value and its {@link #ends}. */
    public static String interval(Interval interval) {
        return (number(interval.value()) + " " + ends(interval)).strip();
    }

    /**
     * Formats {@code [0.92, 0.97] n=267}: the 95 % interval and the number of items. {@code [all equal] n=54}: all
     * items are equal, so the bootstrap interval has no width. {@code n=0}: nothing to measure. {@code n=200}: a metric
     * without an interval.
     */
    public static String ends(Interval interval) {
        String n = "n=" + interval.n();
        return interval.hasEnds() ? range(interval) + " " + n : n;
    }

    /** Formats {@code [0.92, 0.97]} or {@code [all equal]}, as {@link #ends} does; empty without an interval. */
    public static String range(Interval interval) {
        if (!interval.hasEnds()) {
            return "";
        }
        return interval.low() == interval.high()
                ? "[all equal]"
                : "[" + end(interval.low()) + ", " + end(interval.high()) + "]";
    }

    private static String end(double value) {
        return Math.abs(value) < 1000 ? String.format(Locale.ROOT, "%.2f", value) : number(value);
    }

    /** Formats {@code 3e-4}, {@code 1.25e-7}, {@code 2.5e13}: at most two decimals. */
    private static String scientific(double value) {
        String[] parts = String.format(Locale.ROOT, "%.2e", value).split("e", 2);
        return trimZeros(parts[0]) + "e" + Integer.parseInt(parts[1]);
    }

    /** Removes trailing zeros after the decimal point. */
    private static String trimZeros(String decimal) {
        return decimal.contains(".") ? decimal.replaceFirst("\\.?0+$", "") : decimal;
    }

    /** Formats a number briefly, for axes and progress lines: {@code 950}, {@code 4.7k}, {@code 12M}, {@code 0.25}. */
    public static String compact(double value) {
        double size = Math.abs(value);
        if (!Double.isFinite(value) || size < 1000 || size >= 1e15) {
            return Double.isFinite(value) && size >= 1e-3 && size < 1000 ? trimZeros(shortest(value)) : number(value);
        }
        String[] units = {"k", "M", "G", "T"};
        int unit = Math.min(units.length, (int) (Math.log10(size) / 3));
        return trimZeros(shortest(value / Math.pow(1000, unit))) + units[unit - 1];
    }

    /** Formats a number between 0.001 and 1000 with three significant digits. */
    private static String shortest(double value) {
        double size = Math.abs(value);
        int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : size >= 0.0995 ? 3 : 4;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** Formats a share between 0 and 1 as {@code 98.1 %}. */
    public static String percent(double share) {
        return Double.isNaN(share) ? NONE : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** Formats seconds as {@code 0.42 s}, {@code 42.1 s}, {@code 3m 12s}, {@code 1h 04m} or {@code 2d 03h}. */
    public static String duration(double seconds) {
        if (!Double.isFinite(seconds) || seconds < 0) {
            return NONE;
        }
        long whole = Math.round(seconds);
        if (whole < 60) {
            return String.format(Locale.ROOT, seconds < 1 ? "%.2f s" : "%.1f s", seconds);
        }
        if (whole < 3600) {
            return String.format(Locale.ROOT, "%dm %02ds", whole / 60, whole % 60);
        }
        if (whole < 86_400) {
            return String.format(Locale.ROOT, "%dh %02dm", whole / 3600, whole % 3600 / 60);
        }
        return String.format(Locale.ROOT, "%dd %02dh", whole / 86_400, whole % 86_400 / 3600);
    }

    /** Formats bytes in binary units: {@code 512 B}, {@code 1.5 KiB}, {@code 12.0 GiB}. */
    public static String bytes(double bytes) {
        if (Double.isNaN(bytes)) {
            return NONE;
        }
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        double value = bytes;
        while (Math.abs(value) >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
    }

    /**
     * Returns text on one line of at most {@code most} characters, shortened with an ellipsis; line breaks become
     * {@code ⏎}.
     */
    public static String oneLine(String text, int most) {
        String line = text.strip().replaceAll("\\R", "⏎").replace('\t', ' ');
        if (line.codePointCount(0, line.length()) <= most) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, Math.max(0, most - 1))) + "…";
    }
}

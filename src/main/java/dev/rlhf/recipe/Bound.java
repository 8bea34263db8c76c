package dev.rlhf.recipe;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The bound of an expectation: {@code <= 0.9}, {@code > 2}, {@code 1.0 +- 0.1} or {@code between 3 and 4}.
 *
 * @param text as written
 * @param low the lower end
 * @param high the upper end
 * @param open whether the ends are excluded
 */
public record Bound(String text, double low, double high, boolean open) {
    private static final String NUMBER = "([-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?)";
    private static final Pattern COMPARISON = Pattern.compile("(<=|>=|<|>)\\s*" + NUMBER);
    private static final Pattern AROUND = Pattern.compile(NUMBER + "\\s*(?:\\+-|±)\\s*" + NUMBER);
    private static final Pattern BETWEEN = Pattern.compile("between\\s+" + NUMBER + "\\s+and\\s+" + NUMBER);

    /** Examples of all forms, for messages. */
    static final String FORMS = "\"<= 0.9\", \">= 0.5\", \"1.0 +- 0.1\" or \"between 3 and 4\"";

    /** Parses a bound; empty if the text has none of the forms, or if no value could meet it. */
    public static Optional<Bound> parse(String text) {
        String bound = text.strip();
        Matcher comparison = COMPARISON.matcher(bound);
        if (comparison.matches()) {
            double limit = Double.parseDouble(comparison.group(2));
            boolean open = comparison.group(1).length() == 1;
            return Optional.of(
                    comparison.group(1).startsWith("<")
                            ? new Bound(bound, Double.NEGATIVE_INFINITY, limit, open)
                            : new Bound(bound, limit, Double.POSITIVE_INFINITY, open));
        }
        Matcher around = AROUND.matcher(bound);
        if (around.matches()) {
            double middle = Double.parseDouble(around.group(1));
            double by = Double.parseDouble(around.group(2));
            return closed(bound, middle - by, middle + by);
        }
        Matcher between = BETWEEN.matcher(bound);
        return between.matches()
                ? closed(bound, Double.parseDouble(between.group(1)), Double.parseDouble(between.group(2)))
                : Optional.empty();
    }

    private static Optional<Bound> closed(String text, double low, double high) {
        return low <= high ? Optional.of(new Bound(text, low, high, false)) : Optional.empty();
    }

    /** Returns whether a value is within the bound; NaN and infinities never are. */
    public boolean isMetBy(double value) {
        if (!Double.isFinite(value)) {
            return false;
        }
        return open ? value > low && value < high : value >= low && value <= high;
    }
}

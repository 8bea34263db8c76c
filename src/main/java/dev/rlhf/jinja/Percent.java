package dev.rlhf.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code "…" % values}: the conversions s, r, d, i, u, f, x, X, o and %, with flags, width and precision. */
final class Percent {
    private static final Pattern FIELD =
            Pattern.compile("%(?:\\(([^()]*)\\))?([-+ #0]*)(\\d*)(?:\\.(\\d*))?([a-zA-Z%])");
    private static final int WIDEST = 1000;

    private Percent() {}

    /** @throws TemplateException if the values do not match the fields */
    static String format(String format, Object values) {
        Iterator<Object> rest = values instanceof Tuple tuple
                ? tuple.items().iterator()
                : List.of(values).iterator();
        boolean named = false;
        StringBuilder out = new StringBuilder();
        Matcher field = FIELD.matcher(format);
        int at = 0;
        for (int next = format.indexOf('%'); next >= 0; next = format.indexOf('%', at)) {
            out.append(format, at, next);
            if (!field.find(next) || field.start() != next) {
                throw TemplateException.unsupported("the % format at " + Printing.quote(format.substring(next)));
            }
            at = field.end();
            String key = field.group(1);
            named |= key != null;
            if (field.group(5).equals("%")) {
                out.append('%');
                continue;
            }
            Object value = key == null ? next(rest) : entry(values, key);
            out.append(field(value, field));
            Limits.text(out.length());
        }
        if (!named && rest.hasNext() && !(values instanceof Dict) && !(values instanceof List)) {
            throw TemplateException.type("not all arguments converted during string formatting");
        }
        return out.append(format, at, format.length()).toString();
    }

    private static Object next(Iterator<Object> rest) {
        if (!rest.hasNext()) {
            throw TemplateException.type("not enough arguments for format string");
        }
        return rest.next();
    }

    private static Object entry(Object values, String key) {
        if (!(values instanceof Dict dict)) {
            throw TemplateException.type("format requires a mapping");
        }
        Object value = dict.get(key);
        if (value == null) {
            throw new TemplateException("no key " + Printing.quote(key) + " to format");
        }
        return value;
    }

    private static String field(Object value, Matcher field) {
        String flags = field.group(2);
        int width = number(field.group(3), 0);
        int precision = field.group(4) == null ? -1 : number(field.group(4), 0);
        return switch (field.group(5)) {
            case "s" -> pad(cut(Printing.str(value), precision), flags, width);
            case "r" -> pad(cut(Printing.repr(value), precision), flags, width);
            case "d", "i", "u" -> padNumber(integerText(value, precision), flags, width);
            case "f", "F" -> padNumber(fixed(asNumber(value), precision < 0 ? 6 : precision), flags, width);
            case "x" -> padNumber(radix(value, 16), flags, width);
            case "X" -> padNumber(PyText.upper(radix(value, 16)), flags, width);
            case "o" -> padNumber(radix(value, 8), flags, width);
            default -> throw TemplateException.unsupported("the format " + Printing.quote(field.group()));
        };
    }

    private static int number(String digits, int defaultValue) {
        if (digits.isEmpty()) {
            return defaultValue;
        }
        if (digits.length() > 4 || Integer.parseInt(digits) > WIDEST) {
            throw TemplateException.unsupported("a format wider than " + WIDEST);
        }
        return Integer.parseInt(digits);
    }

    private static String cut(String text, int precision) {
        return precision < 0 || precision >= PyText.length(text)
                ? text
                : text.substring(0, text.offsetByCodePoints(0, precision));
    }

    private static double asNumber(Object value) {
        if (!Comparison.isNumber(value)) {
            throw TemplateException.type("must be real number, not " + Values.typeName(value));
        }
        return Arithmetic.asDouble(value);
    }

    private static String integerText(Object value, int precision) {
        if (!Comparison.isNumber(value)) {
            throw TemplateException.type("%d format: a real number is required, not " + Values.typeName(value));
        }
        long number = value instanceof Double real ? Numbers.truncated(real) : Values.index(value);
        String digits = Long.toString(number).replace("-", "");
        return (number < 0 ? "-" : "") + "0".repeat(Math.max(0, precision - digits.length())) + digits;
    }

    private static String radix(Object value, int radix) {
        if (value instanceof Double || !Comparison.isNumber(value)) {
            throw TemplateException.type("%x format: an integer is required, not " + Values.typeName(value));
        }
        return Long.toString(Values.index(value), radix);
    }

    private static String fixed(double value, int places) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Printing.number(value);
        }
        String digits = new BigDecimal(Math.abs(value))
                .setScale(places, RoundingMode.HALF_EVEN)
                .toPlainString();
        return Double.doubleToRawLongBits(value) < 0 ? "-" + digits : digits;
    }

    private static String padNumber(String text, String flags, int width) {
        if (flags.contains("#")) {
            throw TemplateException.unsupported("the format flag #");
        }
        String signed = text.startsWith("-")
                ? text
                : flags.contains("+") ? "+" + text : flags.contains(" ") ? " " + text : text;
        if (flags.contains("0") && !flags.contains("-") && signed.length() < width) {
            int sign = Character.isDigit(signed.charAt(0)) ? 0 : 1;
            return signed.substring(0, sign) + "0".repeat(width - signed.length()) + signed.substring(sign);
        }
        return pad(signed, flags, width);
    }

    private static String pad(String text, String flags, int width) {
        String spaces = " ".repeat((int) Math.max(0, width - PyText.length(text)));
        return flags.contains("-") ? text + spaces : spaces + text;
    }
}

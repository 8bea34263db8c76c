package dev.rlhf.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Python's {@code int()}, {@code float()} and {@code round()}, and the filters of the same names. */
final class Numbers {
    private static final Pattern REAL =
            Pattern.compile("[+-]?(\\d+(_\\d+)*\\.?(\\d+(_\\d+)*)?|\\.\\d+(_\\d+)*)([eE][+-]?\\d+(_\\d+)*)?");
    private static final Pattern NON_FINITE = Pattern.compile("([+-]?)(inf|infinity|nan)", Pattern.CASE_INSENSITIVE);

    private Numbers() {}

    /** {@code |int}; {@code defaultValue} if the value is not a number. */
    static Object integer(Object value, Object defaultValue, long base) {
        if (value instanceof String text) {
            Long whole = parseInteger(text, base);
            if (whole != null) {
                return whole;
            }
            Double real = parseReal(text);
            return real == null || real.isNaN() || real.isInfinite() ? defaultValue : (Object) truncated(real);
        }
        return switch (value) {
            case Undefined undefined -> throw undefined.error();
            case Long _, Boolean _ -> Values.index(value);
            case Double real when real.isNaN() -> defaultValue;
            case Double real
            when real.isInfinite() -> throw new TemplateException("cannot convert float infinity to integer");
            case Double real -> truncated(real);
            default -> defaultValue;
        };
    }

    /** {@code |float}; {@code defaultValue} if the value is not a number. */
    static Object real(Object value, Object defaultValue) {
        return switch (value) {
            case Undefined undefined -> throw undefined.error();
            case Double real -> real;
            case Long _, Boolean _ -> Arithmetic.asDouble(value);
            case String text -> {
                Double real = parseReal(text);
                yield real == null ? defaultValue : real;
            }
            default -> defaultValue;
        };
    }

    /** Truncates towards zero. */
    static long truncated(double real) {
        if (Double.isNaN(real)) {
            throw new TemplateException("cannot convert float NaN to integer");
        }
        if (Math.abs(real) >= 0x1p63) {
            throw TemplateException.unsupported("an integer of more than 64 bits");
        }
        return (long) real;
    }

    private static @Nullable Long parseInteger(String text, long base) {
        if (base != 0 && (base < 2 || base > 36)) {
            throw new TemplateException("int() base must be >= 2 and <= 36, or 0");
        }
        String digits = PyText.strip(text, null, true, true);
        boolean negative = digits.startsWith("-");
        if (negative || digits.startsWith("+")) {
            digits = digits.substring(1);
        }
        long radix = base;
        String prefix = digits.length() < 2 ? "" : PyText.lower(digits.substring(0, 2));
        long prefixed = prefix.equals("0x") ? 16 : prefix.equals("0o") ? 8 : prefix.equals("0b") ? 2 : 0;
        if (prefixed != 0 && (base == 0 || base == prefixed)) {
            digits = digits.substring(2);
            digits = digits.startsWith("_") ? digits.substring(1) : digits;
            radix = prefixed;
        } else if (base == 0) {
            if (digits.startsWith("0") && !digits.replace("_", "").matches("0+")) {
                return null;
            }
            radix = 10;
        }
        if (!digits.matches("[\\p{Nd}a-zA-Z]+(_[\\p{Nd}a-zA-Z]+)*")) {
            return null;
        }
        try {
            BigInteger whole = new BigInteger(digits.replace("_", ""), (int) radix);
            return (negative ? whole.negate() : whole).longValueExact();
        } catch (NumberFormatException _) {
            return null;
        } catch (ArithmeticException _) {
            throw TemplateException.unsupported("an integer of more than 64 bits");
        }
    }

    private static @Nullable Double parseReal(String text) {
        String digits = PyText.strip(text, null, true, true);
        var endless = NON_FINITE.matcher(digits);
        if (endless.matches()) {
            double value = PyText.lower(endless.group(2)).equals("nan") ? Double.NaN : Double.POSITIVE_INFINITY;
            return endless.group(1).equals("-") ? -value : value;
        }
        return REAL.matcher(digits).matches() ? Double.valueOf(digits.replace("_", "")) : null;
    }

    /** {@code |round}. */
    static Object round(Object value, long precision, String method) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (!Comparison.isNumber(value)) {
            throw TemplateException.type("type %s doesn't define __round__ method".formatted(Values.typeName(value)));
        }
        if (Math.abs(precision) > 300) {
            throw TemplateException.unsupported("rounding to %d places".formatted(precision));
        }
        if (method.equals("common")) {
            return value instanceof Double real
                    ? (Object) rounded(real, (int) precision)
                    : roundedWhole(Values.index(value), (int) precision);
        }
        double scale = Math.pow(10, (int) precision);
        double scaled = Arithmetic.asDouble(value) * scale;
        return switch (method) {
            case "ceil" -> noNegativeZero(Math.ceil(scaled)) / scale;
            case "floor" -> noNegativeZero(Math.floor(scaled)) / scale;
            default -> throw new TemplateException("method must be common, ceil or floor");
        };
    }

    /** Python's ceil and floor return integers, which have no negative zero. */
    private static double noNegativeZero(double value) {
        return value == 0 ? 0 : value;
    }

    /** Rounds half to even, on the exact stored value, not on its decimal representation. */
    private static double rounded(double real, int places) {
        if (Double.isNaN(real) || Double.isInfinite(real)) {
            return real;
        }
        double rounded =
                new BigDecimal(real).setScale(places, RoundingMode.HALF_EVEN).doubleValue();
        return Math.copySign(rounded, real);
    }

    private static long roundedWhole(long whole, int places) {
        return places >= 0
                ? whole
                : BigDecimal.valueOf(whole)
                        .setScale(places, RoundingMode.HALF_EVEN)
                        .longValueExact();
    }
}

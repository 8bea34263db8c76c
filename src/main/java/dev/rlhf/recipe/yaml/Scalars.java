package dev.rlhf.recipe.yaml;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Types of plain scalars: YAML 1.2's core schema, plus 1e-4 (which YAML 1.1 reads as text) and 1_000. */
public final class Scalars {
    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+(_\\d+)*)?(\\.\\d*)?([eE][-+]?\\d{1,4})?");
    private static final Pattern WHOLE = Pattern.compile("[-+]?(0|[1-9]\\d*(_\\d+)*)");
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

    private Scalars() {}

    public static boolean isNull(String text) {
        return NULLS.contains(text);
    }

    public static @Nullable Boolean bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> null;
        };
    }

    /** Returns the number; null if the text is not one. */
    public static @Nullable BigDecimal number(String text) {
        boolean hasDigit = text.chars().anyMatch(c -> c >= '0' && c <= '9');
        boolean startsWithExponent = text.matches("[-+]?[eE].*");
        if (!hasDigit || startsWithExponent || !NUMBER.matcher(text).matches()) {
            return null;
        }
        return new BigDecimal(text.replace("_", ""));
    }

    /** Converts a value of undeclared type: to null, a Boolean, an Integer or Long, a Double, or the text itself. */
    public static @Nullable Object untyped(String text) {
        if (isNull(text)) {
            return null;
        }
        Boolean bool = bool(text);
        if (bool != null) {
            return bool;
        }
        BigDecimal number = number(text);
        if (number == null) {
            return text;
        }
        if (!WHOLE.matcher(text).matches()) {
            return number.doubleValue();
        }
        if (number.toBigInteger().bitLength() < 32) {
            return number.intValueExact();
        }
        return number.toBigInteger().bitLength() < 64 ? (Object) number.longValueExact() : (Object) text;
    }

    /** Returns whether the plain text would be read as something other than text. */
    static boolean isReserved(String text) {
        return !(untyped(text) instanceof String)
                || Set.of("yes", "no", "on", "off", "y", "n", ".inf", ".nan").contains(text.toLowerCase(Locale.ROOT));
    }
}

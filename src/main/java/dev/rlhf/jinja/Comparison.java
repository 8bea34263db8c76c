package dev.rlhf.jinja;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Python's {@code ==} and {@code <}. */
final class Comparison {
    private Comparison() {}

    static boolean equal(Object left, Object right) {
        return switch (left) {
            case Boolean _, Long _, Double _ when isNumber(right) -> sameNumber(left, right);
            case String text -> text.equals(right);
            case List<?> list -> right instanceof List<?> other && equalItems(list, other);
            case Tuple tuple -> right instanceof Tuple other && equalItems(tuple.items(), other.items());
            case Range range -> right instanceof Range other && equalItems(range.items(), other.items());
            case Dict dict -> right instanceof Dict other && equalDicts(dict, other);
            case View view when right instanceof View other -> equalViews(view, other);
            case Undefined _ -> right instanceof Undefined;
            case Markup _ -> throw TemplateException.unsupported("comparing a |safe string");
            default -> {
                if (right instanceof Markup) {
                    throw TemplateException.unsupported("comparing a |safe string");
                }
                yield left.equals(right);
            }
        };
    }

    static boolean isNumber(Object value) {
        return value instanceof Boolean || value instanceof Long || value instanceof Double;
    }

    private static boolean sameNumber(Object left, Object right) {
        return !isNan(left) && !isNan(right) && compareNumbers(left, right) == 0;
    }

    private static boolean isNan(Object value) {
        return value instanceof Double number && number.isNaN();
    }

    private static boolean equalItems(List<?> left, List<?> right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!equal(left.get(i), right.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean equalDicts(Dict left, Dict right) {
        return left.size() == right.size()
                && left.entries().stream().allMatch(entry -> {
                    Object other = right.get(entry.key());
                    return other != null && equal(entry.value(), other);
                });
    }

    private static boolean equalViews(View left, View right) {
        if (left.kind() != View.Kind.KEYS || right.kind() != View.Kind.KEYS) {
            throw TemplateException.unsupported("comparing dict views");
        }
        Set<Object> keys = new HashSet<>();
        left.items().forEach(key -> keys.add(Dict.hashable(key)));
        return left.dict().size() == right.dict().size()
                && right.items().stream().allMatch(key -> keys.contains(Dict.hashable(key)));
    }

    /** @throws TemplateException if Python cannot compare the two */
    static int compare(Object left, Object right, String operator) {
        if (isNumber(left) && isNumber(right)) {
            return compareNumbers(left, right);
        }
        return switch (left) {
            case String text when right instanceof String other -> compareText(text, other);
            case List<?> list when right instanceof List<?> other -> compareItems(list, other, operator);
            case Tuple tuple when right instanceof Tuple other -> compareItems(tuple.items(), other.items(), operator);
            case Undefined undefined -> throw undefined.error();
            default -> {
                if (right instanceof Undefined undefined) {
                    throw undefined.error();
                }
                throw TemplateException.type("'%s' not supported between instances of %s and %s"
                        .formatted(
                                operator,
                                Printing.quote(Values.typeName(left)),
                                Printing.quote(Values.typeName(right))));
            }
        };
    }

    /** Applies one of {@code < <= > >=}; always false for NaN. */
    static boolean ordered(Object left, Object right, String operator) {
        int order = compare(left, right, operator);
        if (isNan(left) || isNan(right)) {
            return false;
        }
        return switch (operator) {
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    private static int compareItems(List<?> left, List<?> right, String operator) {
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            if (!equal(left.get(i), right.get(i))) {
                return compare(left.get(i), right.get(i), operator);
            }
        }
        return Integer.compare(left.size(), right.size());
    }

    /** Compares by code point; Java compares UTF-16 units, which puts emoji before some letters. */
    private static int compareText(String left, String right) {
        int i = 0;
        while (i < left.length() && i < right.length()) {
            int a = left.codePointAt(i);
            int b = right.codePointAt(i);
            if (a != b) {
                return Integer.compare(a, b);
            }
            i += Character.charCount(a);
        }
        return Integer.compare(left.length(), right.length());
    }

    private static int compareNumbers(Object left, Object right) {
        if (left instanceof Double || right instanceof Double) {
            double a = Arithmetic.asDouble(left);
            double b = Arithmetic.asDouble(right);
            if (Double.isNaN(a) || Double.isNaN(b) || Double.isInfinite(a) || Double.isInfinite(b)) {
                return Double.compare(a, b);
            }
            return exact(left).compareTo(exact(right));
        }
        return Long.compare(Values.index(left), Values.index(right));
    }

    private static BigDecimal exact(Object number) {
        return number instanceof Double value ? new BigDecimal(value) : BigDecimal.valueOf(Values.index(number));
    }
}

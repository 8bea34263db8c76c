package dev.rlhf.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Python's {@code + - * / // % **} on numbers, strings and lists. Integers have 64 bits; a larger result is an error.
 */
final class Arithmetic {
    private Arithmetic() {}

    /** @throws TemplateException if the operands do not fit, the divisor is zero, or the result is out of range */
    static Object binary(String operator, Object left, Object right) {
        if (left instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (operator.equals("%") && left instanceof String format) {
            return Percent.format(format, right);
        }
        if (right instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (Comparison.isNumber(left) && Comparison.isNumber(right)) {
            return left instanceof Double || right instanceof Double
                    ? onDoubles(operator, asDouble(left), asDouble(right))
                    : onIntegers(operator, Values.index(left), Values.index(right));
        }
        return switch (operator) {
            case "+" -> added(left, right);
            case "*" -> Comparison.isNumber(left) ? repeated(right, left) : repeated(left, right);
            default -> throw mismatch(operator, left, right);
        };
    }

    /** {@code -x} and {@code +x}. */
    static Object sign(Object value, boolean negative) {
        return switch (value) {
            case Undefined undefined -> throw undefined.error();
            case Double number -> negative ? -number : number;
            case Long _, Boolean _ -> negative ? onIntegers("-", 0, Values.index(value)) : (Object) Values.index(value);
            default ->
                throw TemplateException.type("bad operand type for unary %s: %s"
                        .formatted(negative ? "-" : "+", Printing.quote(Values.typeName(value))));
        };
    }

    /** Converts a number to a double; booleans count as numbers. */
    static double asDouble(Object number) {
        return number instanceof Double value ? value : (double) Values.index(number);
    }

    private static Object added(Object left, Object right) {
        if (left instanceof String a && right instanceof String b) {
            Limits.text((long) a.length() + b.length());
            return a + b;
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            return joined(a, b);
        }
        if (left instanceof Tuple a && right instanceof Tuple b) {
            return new Tuple(joined(a.items(), b.items()));
        }
        if (left instanceof Markup || right instanceof Markup) {
            throw TemplateException.unsupported("+ with a |safe string (it would be escaped; use ~)");
        }
        throw left instanceof String
                ? TemplateException.type(
                        "can only concatenate str (not \"%s\") to str".formatted(Values.typeName(right)))
                : mismatch("+", left, right);
    }

    private static List<Object> joined(List<?> left, List<?> right) {
        Limits.items((long) left.size() + right.size());
        List<Object> all = new ArrayList<>(left);
        all.addAll(right);
        return all;
    }

    private static Object repeated(Object what, Object times) {
        if (!(times instanceof Long || times instanceof Boolean)) {
            throw mismatch("*", what, times);
        }
        int count = Math.clamp(Values.index(times), 0, Integer.MAX_VALUE);
        return switch (what) {
            case String text -> {
                Limits.text((long) text.length() * count);
                yield text.repeat(count);
            }
            case List<?> list -> repeatedItems(list, count);
            case Tuple tuple -> new Tuple(repeatedItems(tuple.items(), count));
            default -> throw mismatch("*", what, times);
        };
    }

    private static List<Object> repeatedItems(List<?> items, int count) {
        Limits.items((long) items.size() * count);
        List<Object> all = new ArrayList<>();
        Collections.nCopies(items.isEmpty() ? 0 : count, items).forEach(all::addAll);
        return all;
    }

    private static TemplateException mismatch(String operator, Object left, Object right) {
        return TemplateException.type("unsupported operand type(s) for %s: %s and %s"
                .formatted(operator, Printing.quote(Values.typeName(left)), Printing.quote(Values.typeName(right))));
    }

    private static Object onIntegers(String operator, long a, long b) {
        if (b == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
            throw new TemplateException("division by zero");
        }
        try {
            return switch (operator) {
                case "+" -> Math.addExact(a, b);
                case "-" -> Math.subtractExact(a, b);
                case "*" -> Math.multiplyExact(a, b);
                case "/" ->
                    BigDecimal.valueOf(a)
                            .divide(BigDecimal.valueOf(b), MathContext.DECIMAL128)
                            .doubleValue();
                case "//" -> Math.floorDivExact(a, b);
                case "%" -> Math.floorMod(a, b);
                default -> power(a, b);
            };
        } catch (ArithmeticException _) {
            throw TemplateException.unsupported("an integer of more than 64 bits");
        }
    }

    private static Object power(long base, long exponent) {
        if (exponent < 0) {
            return onDoubles("**", (double) base, (double) exponent);
        }
        if (base == 0 || base == 1) {
            return exponent == 0 ? 1L : base;
        }
        if (base == -1) {
            return exponent % 2 == 0 ? 1L : -1L;
        }
        long result = 1;
        for (long i = 0; i < exponent; i++) {
            result = Math.multiplyExact(result, base);
        }
        return result;
    }

    private static Object onDoubles(String operator, double a, double b) {
        if (b == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
            throw new TemplateException("float division by zero");
        }
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "//" -> floorDivided(a, b);
            case "%" -> remainder(a, b);
            default -> {
                if (a == 0 && b < 0) {
                    throw new TemplateException("0.0 cannot be raised to a negative power");
                }
                if (a < 0 && b != Math.rint(b)) {
                    throw TemplateException.unsupported("a complex number");
                }
                double power = Math.pow(a, b);
                if (Double.isInfinite(power) && !Double.isInfinite(a) && !Double.isInfinite(b)) {
                    throw new TemplateException("numerical result out of range");
                }
                yield power;
            }
        };
    }

    /** Returns the remainder with the sign of the divisor. */
    private static double remainder(double a, double b) {
        double rest = a % b;
        if (rest == 0) {
            return Math.copySign(0.0, b);
        }
        return (rest < 0) == (b < 0) ? rest : rest + b;
    }

    /** Computed from the remainder, like CPython: {@code floor(a / b)} may be one too large. */
    private static double floorDivided(double a, double b) {
        double rest = a % b;
        double quotient = (a - rest) / b;
        if (rest != 0 && (rest < 0) != (b < 0)) {
            quotient -= 1;
        }
        if (quotient == 0) {
            return Math.copySign(0.0, a / b);
        }
        double floor = Math.floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }
}

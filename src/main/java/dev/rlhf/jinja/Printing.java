package dev.rlhf.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Python's {@code str()} and {@code repr()}. */
final class Printing {
    private Printing() {}

    /** @throws TemplateException if the text would be a memory address */
    static String str(Object value) {
        return switch (value) {
            case String text -> text;
            case Markup markup -> markup.text();
            case Undefined _ -> "";
            default -> repr(value);
        };
    }

    static String repr(Object value) {
        StringBuilder out = new StringBuilder();
        repr(value, out, 0);
        return out.toString();
    }

    /** Returns the {@code repr} of a string. */
    static String quote(String text) {
        StringBuilder out = new StringBuilder();
        quote(text, out);
        return out.toString();
    }

    private static void repr(Object value, StringBuilder out, int depth) {
        if (depth > Limits.DEPTH) {
            throw new TemplateException("values nested more than " + Limits.DEPTH + " deep");
        }
        Limits.text(out.length());
        switch (value) {
            case String text -> quote(text, out);
            case None _ -> out.append("None");
            case Boolean flag -> out.append(flag ? "True" : "False");
            case Long number -> out.append((long) number);
            case Double number -> out.append(number(number));
            case List<?> list -> sequence("[", list, "]", out, depth);
            case Tuple tuple -> sequence("(", tuple.items(), tuple.items().size() == 1 ? ",)" : ")", out, depth);
            case Dict dict -> dict(dict, out, depth);
            case View view -> sequence(view.typeName() + "([", view.items(), "])", out, depth);
            case Namespace namespace -> {
                Dict attributes = new Dict();
                namespace.attributes().forEach(attributes::put);
                out.append("<Namespace ");
                dict(attributes, out, depth);
                out.append('>');
            }
            case Range range -> out.append(range);
            case Undefined _ -> out.append("Undefined");
            case Macro macro ->
                out.append("<Macro ").append(quote(macro.name())).append('>');
            case Loop loop -> out.append("<LoopContext %d/%d>".formatted(loop.index(), loop.length()));
            case Markup _ -> throw TemplateException.unsupported("printing a |safe string inside a list");
            case Lazy _ -> throw new TemplateException("a generator would be printed; add |list after the filter");
            default -> throw new TemplateException("a function would be printed; call it");
        }
    }

    private static void sequence(String open, List<?> items, String close, StringBuilder out, int depth) {
        out.append(open);
        for (Iterator<?> i = items.iterator(); i.hasNext(); ) {
            repr(i.next(), out, depth + 1);
            if (i.hasNext()) {
                out.append(", ");
            }
        }
        out.append(close);
    }

    private static void dict(Dict dict, StringBuilder out, int depth) {
        out.append('{');
        String between = "";
        for (Dict.Entry entry : dict.entries()) {
            out.append(between);
            repr(entry.key(), out, depth + 1);
            out.append(": ");
            repr(entry.value(), out, depth + 1);
            between = ", ";
        }
        out.append('}');
    }

    /** Prints the shortest digits that parse to the same number, with an exponent below 1e-4 and from 1e16. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return Double.doubleToRawLongBits(value) < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = shortest(Math.abs(value));
        String sign = value < 0 ? "-" : "";
        String digits = exact.unscaledValue().toString();
        int exponent = digits.length() - 1 - exact.scale();
        if (exponent < -4 || exponent >= 16) {
            String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
            return "%s%se%s%02d".formatted(sign, mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
        }
        return sign + (exact.scale() <= 0 ? exact.toPlainString() + ".0" : exact.toPlainString());
    }

    /** Returns Java's digits, shortened for subnormal numbers, where Java prints two digits and one is enough. */
    private static BigDecimal shortest(double value) {
        BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        BigDecimal single = digits.round(new MathContext(1)).stripTrailingZeros();
        return single.doubleValue() == value ? single : digits;
    }

    private static final Map<Integer, String> ESCAPES =
            Map.of((int) '\n', "\\n", (int) '\r', "\\r", (int) '\t', "\\t", (int) '\\', "\\\\");

    private static void quote(String text, StringBuilder out) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        text.codePoints().forEach(c -> {
            if (c == quote) {
                out.append('\\').append(quote);
            } else if (ESCAPES.containsKey(c)) {
                out.append(ESCAPES.get(c));
            } else if (isPrintable(c)) {
                out.appendCodePoint(c);
            } else {
                out.append(
                        c < 0x100
                                ? "\\x%02x".formatted(c)
                                : c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c));
            }
        });
        out.append(quote);
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }
}

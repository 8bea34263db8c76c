package dev.rlhf.recipe.yaml;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes plain values as YAML that {@link YamlReader} reads back as the same values: in block style, with lists of
 * scalars on one line, and quotes around text that could be read as another type.
 */
public final class YamlWriter {
    private static final Pattern SAFE_WORD =
            Pattern.compile("[\\p{L}_/.<][\\p{L}\\p{N}_/.|<>@=+-]*( [\\p{L}\\p{N}_/.=+-]+)*");

    private YamlWriter() {}

    /** @param values strings, numbers, booleans, nulls, lists and maps of these */
    public static String write(Map<String, ?> values) {
        StringBuilder out = new StringBuilder();
        fields(values, "", out);
        return out.toString();
    }

    private static void fields(Map<?, ?> values, String indent, StringBuilder out) {
        values.forEach((key, value) -> {
            out.append(indent).append(scalar(String.valueOf(key))).append(':');
            value(value, indent, out);
        });
    }

    private static void value(@Nullable Object value, String indent, StringBuilder out) {
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            out.append('\n');
            fields(map, indent + "  ", out);
        } else if (value instanceof List<?> list && list.stream().anyMatch(YamlWriter::isNested)) {
            out.append('\n');
            for (Object item : list) {
                item(item, indent + "  ", out);
            }
        } else {
            out.append(' ').append(inline(value)).append('\n');
        }
    }

    private static void item(@Nullable Object item, String indent, StringBuilder out) {
        if (item instanceof Map<?, ?> map && !map.isEmpty()) {
            StringBuilder block = new StringBuilder();
            fields(map, indent + "  ", block);
            out.append(indent).append("- ").append(block.substring(indent.length() + 2));
        } else if (item instanceof List<?> list && list.stream().anyMatch(YamlWriter::isNested)) {
            out.append(indent).append("-\n");
            for (Object inner : list) {
                item(inner, indent + "  ", out);
            }
        } else {
            out.append(indent).append("- ").append(inline(item)).append('\n');
        }
    }

    private static boolean isNested(@Nullable Object value) {
        return value instanceof Collection || value instanceof Map;
    }

    /** Writes a value in YAML's flow style, on one line: {@code [{path: a.jsonl, weight: 2.0}]}. */
    public static String inline(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case List<?> list -> list.stream().map(YamlWriter::inline).collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(entry -> scalar(String.valueOf(entry.getKey())) + ": " + inline(entry.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
            case Double number -> number(number);
            case Number number -> number.toString();
            case Boolean bool -> bool.toString();
            default -> scalar(value.toString());
        };
    }

    /** Returns the shortest form that reads back exactly and is still a fraction: 0.1, 3.0e-4, 1.0e7, .inf. */
    public static String number(double value) {
        if (Double.isNaN(value)) {
            return ".nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? ".inf" : "-.inf";
        }
        String exact = Double.toString(value).replace('E', 'e');
        boolean readable = value == 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e7);
        return readable && exact.contains("e") ? new BigDecimal(exact).toPlainString() : exact;
    }

    private static String scalar(String text) {
        boolean plain = SAFE_WORD.matcher(text).matches() && !Scalars.isReserved(text);
        return plain ? text : quoted(text);
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.chars().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff) {
                        out.append("\\u%04x".formatted(c));
                    } else {
                        out.append((char) c);
                    }
                }
            }
        });
        return out.append('"').toString();
    }
}

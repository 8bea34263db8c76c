package dev.rlhf.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code |tojson} as transformers defines it for chat templates: Python's {@code json.dumps} with its spacing, without
 * HTML escapes, and with {@code ensure_ascii} off by default.
 */
final class JsonText {
    private final StringBuilder out = new StringBuilder();
    private final boolean ascii;
    private final boolean sorted;
    private final @Nullable String indent;
    private final String itemSeparator;
    private final String keySeparator;

    private JsonText(
            boolean ascii, boolean sorted, @Nullable String indent, String itemSeparator, String keySeparator) {
        this.ascii = ascii;
        this.sorted = sorted;
        this.indent = indent;
        this.itemSeparator = itemSeparator;
        this.keySeparator = keySeparator;
    }

    /** Applies the filter. */
    static Object filter(Object value, Arguments arguments) {
        var options = arguments.bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
        Object indent = options.unlessNone("indent");
        String space = indent == null ? null : indent instanceof String text ? text : spaces(Values.index(indent));
        Object separators = options.unlessNone("separators");
        List<Object> pair = separators == null ? List.of(space == null ? ", " : ",", ": ") : Values.items(separators);
        if (pair.size() != 2) {
            throw new TemplateException("tojson() separators must be two strings");
        }
        JsonText json = new JsonText(
                options.flag("ensure_ascii", false),
                options.flag("sort_keys", false),
                space,
                Values.text(pair.getFirst(), "a separator"),
                Values.text(pair.getLast(), "a separator"));
        json.value(value, 0);
        return json.out.toString();
    }

    private static String spaces(long count) {
        if (count > 100) {
            throw TemplateException.unsupported("an indent of more than 100");
        }
        return " ".repeat((int) Math.max(0, count));
    }

    private void value(Object value, int depth) {
        if (depth > Limits.DEPTH) {
            throw new TemplateException("values nested more than " + Limits.DEPTH + " deep");
        }
        Limits.text(out.length());
        switch (value) {
            case None _ -> out.append("null");
            case Boolean flag -> out.append((boolean) flag);
            case Long number -> out.append((long) number);
            case Double number -> out.append(number(number));
            case String text -> quote(text);
            case List<?> list -> list(list, depth);
            case Tuple tuple -> list(tuple.items(), depth);
            case Dict dict -> dict(dict, depth);
            case Markup markup -> quote(markup.text());
            default ->
                throw TemplateException.type("Object of type %s is not JSON serializable".formatted(shortName(value)));
        }
    }

    private static String shortName(Object value) {
        String name = Values.typeName(value);
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String number(double number) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "Infinity" : "-Infinity";
        }
        return Printing.number(number);
    }

    private void list(List<?> items, int depth) {
        if (items.isEmpty()) {
            out.append("[]");
            return;
        }
        out.append('[');
        for (int i = 0; i < items.size(); i++) {
            between(i, depth);
            value(items.get(i), depth + 1);
        }
        close(']', depth);
    }

    private void dict(Dict dict, int depth) {
        if (dict.size() == 0) {
            out.append("{}");
            return;
        }
        List<Dict.Entry> entries = dict.entries();
        if (sorted) {
            entries = new ArrayList<>(entries);
            entries.sort((a, b) -> Comparison.compare(a.key(), b.key(), "<"));
        }
        out.append('{');
        for (int i = 0; i < entries.size(); i++) {
            between(i, depth);
            quote(key(entries.get(i).key()));
            out.append(keySeparator);
            value(entries.get(i).value(), depth + 1);
        }
        close('}', depth);
    }

    private void between(int i, int depth) {
        if (i > 0) {
            out.append(itemSeparator);
        }
        newLine(depth + 1);
    }

    private void close(char bracket, int depth) {
        newLine(depth);
        out.append(bracket);
    }

    private void newLine(int depth) {
        if (indent != null) {
            out.append('\n').repeat(indent, depth);
        }
    }

    private static String key(Object key) {
        return switch (key) {
            case String text -> text;
            case None _ -> "null";
            case Boolean flag -> flag.toString();
            case Long number -> number.toString();
            case Double number -> number(number);
            default ->
                throw TemplateException.type("keys must be str, int, float, bool or None, not " + Values.typeName(key));
        };
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < 0x20 || (ascii && c > 0x7e)) {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}

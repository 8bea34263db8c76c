package dev.rlhf.jinja;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filters that return text. As in jinja2, a value that is not a string is printed first. */
final class TextFilters {
    private static final Pattern WORD_START = Pattern.compile(
            "[-({\\[<\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+");

    static final Map<String, Filters.Filter> ALL = Map.ofEntries(
            Map.entry("string", TextFilters::string),
            Map.entry("safe", (value, arguments) -> {
                arguments.bind("safe");
                return new Markup(Printing.str(value));
            }),
            Map.entry("upper", onText("upper", PyText::upper)),
            Map.entry("lower", onText("lower", PyText::lower)),
            Map.entry("capitalize", onText("capitalize", PyText::capitalize)),
            Map.entry("title", onText("title", TextFilters::title)),
            Map.entry(
                    "trim",
                    (value, arguments) -> PyText.strip(
                            text(value), arguments.bind("trim", "chars").optionalText("chars"), true, true)),
            Map.entry("replace", TextFilters::replace),
            Map.entry("indent", TextFilters::indent),
            Map.entry("format", TextFilters::format));

    private TextFilters() {}

    /** Returns the value as text; rejects {@code |safe} strings, which would stay marked in jinja2. */
    private static String text(Object value) {
        if (value instanceof Markup) {
            throw TemplateException.unsupported("a filter on a |safe string");
        }
        return Printing.str(value);
    }

    private static Filters.Filter onText(String name, UnaryOperator<String> change) {
        return (value, arguments) -> {
            arguments.bind(name);
            return change.apply(text(value));
        };
    }

    private static Object string(Object value, Arguments arguments) {
        arguments.bind("string");
        return value instanceof Markup ? value : Printing.str(value);
    }

    /** Words begin after spaces and opening brackets only, unlike in {@code str.title}. */
    private static String title(String text) {
        StringBuilder out = new StringBuilder();
        Matcher between = WORD_START.matcher(text);
        int at = 0;
        while (between.find()) {
            word(text.substring(at, between.start()), out);
            out.append(between.group());
            at = between.end();
        }
        word(text.substring(at), out);
        return out.toString();
    }

    private static void word(String word, StringBuilder out) {
        if (!word.isEmpty()) {
            int width = Character.charCount(word.codePointAt(0));
            out.append(PyText.upper(word.substring(0, width))).append(PyText.lower(word.substring(width)));
        }
    }

    private static Object replace(Object value, Arguments arguments) {
        var options = arguments.bind("replace", "old", "new", "count");
        Object count = options.unlessNone("count");
        return PyText.replace(
                text(value),
                text(options.require("old")),
                text(options.require("new")),
                count == null ? -1 : Values.index(count));
    }

    private static Object indent(Object value, Arguments arguments) {
        var options = arguments.bind("indent", "width", "first", "blank");
        Object width = options.get("width", 4L);
        String space = width instanceof String text ? text : spaces(Values.index(width));
        boolean blank = options.flag("blank", false);
        List<String> lines = PyText.lines(Values.text(value, "indent() value") + "\n");
        Limits.text((long) lines.size() * space.length());
        StringBuilder out = new StringBuilder(options.flag("first", false) ? space : "").append(lines.getFirst());
        for (String line : lines.subList(1, lines.size())) {
            out.append('\n').append(line.isEmpty() && !blank ? "" : space).append(line);
        }
        return out.toString();
    }

    private static String spaces(long count) {
        Limits.text(count);
        return " ".repeat((int) Math.max(0, count));
    }

    private static Object format(Object value, Arguments arguments) {
        if (arguments.named().isEmpty()) {
            return Percent.format(text(value), new Tuple(arguments.positional()));
        }
        if (!arguments.positional().isEmpty()) {
            throw new TemplateException("can't handle positional and keyword arguments at the same time");
        }
        Dict named = new Dict();
        arguments.named().forEach(named::put);
        return Percent.format(text(value), named);
    }
}

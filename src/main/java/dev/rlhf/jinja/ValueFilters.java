package dev.rlhf.jinja;

import java.util.Map;

/** Filters on numbers and on values of any kind. */
final class ValueFilters {
    static final Map<String, Filters.Filter> ALL = Map.ofEntries(
            Map.entry("default", ValueFilters::defaulted),
            Map.entry("d", ValueFilters::defaulted),
            Map.entry("tojson", JsonText::filter),
            Map.entry("int", (value, arguments) -> {
                var options = arguments.bind("int", "default", "base");
                return Numbers.integer(value, options.get("default", 0L), options.integer("base", 10));
            }),
            Map.entry(
                    "float",
                    (value, arguments) -> Numbers.real(
                            value, arguments.bind("float", "default").get("default", 0.0))),
            Map.entry("round", (value, arguments) -> {
                var options = arguments.bind("round", "precision", "method");
                return Numbers.round(
                        value, options.integer("precision", 0), Values.text(options.get("method", "common"), "method"));
            }),
            Map.entry("abs", ValueFilters::abs),
            Map.entry("items", ValueFilters::items));

    private ValueFilters() {}

    private static Object defaulted(Object value, Arguments arguments) {
        var options = arguments.bind("default", "default_value", "boolean");
        boolean missing = value instanceof Undefined || (options.flag("boolean", false) && !Values.truth(value));
        return missing ? options.get("default_value", "") : value;
    }

    private static Object abs(Object value, Arguments arguments) {
        arguments.bind("abs");
        return switch (value) {
            case Double number -> Math.abs(number);
            case Long _, Boolean _ ->
                Values.index(value) < 0 ? Arithmetic.sign(value, true) : (Object) Values.index(value);
            default ->
                throw TemplateException.type("bad operand type for abs(): " + Printing.quote(Values.typeName(value)));
        };
    }

    private static Object items(Object value, Arguments arguments) {
        arguments.bind("items");
        return switch (value) {
            case Undefined _ -> new Lazy(Values.iterate(value));
            case Dict dict -> new Lazy(new View(View.Kind.ITEMS, dict).items().iterator());
            default -> throw TemplateException.type("Can only get item pairs from a mapping.");
        };
    }
}

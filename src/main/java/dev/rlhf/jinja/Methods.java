package dev.rlhf.jinja;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Methods of Python values, bound to a receiver. A method that Python has but this engine lacks is an error, never
 * undefined.
 */
final class Methods {
    private static final Set<String> LIST_CHANGES =
            Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");
    private static final Set<String> DICT_CHANGES = Set.of("clear", "pop", "popitem", "setdefault", "update");
    private static final Set<String> NUMBERS = Set.of(
            "as_integer_ratio",
            "bit_count",
            "bit_length",
            "conjugate",
            "denominator",
            "from_bytes",
            "fromhex",
            "hex",
            "imag",
            "is_integer",
            "numerator",
            "real",
            "to_bytes");

    private Methods() {}

    /** Returns null if Python's type has no such attribute. */
    static @Nullable Object of(Object value, String name) {
        return switch (value) {
            case String text -> StringMethods.of(text, name);
            case List<?> list ->
                LIST_CHANGES.contains(name) ? Undefined.unsafe(value, name) : ofItems(list, list, name);
            case Tuple tuple -> name.equals("copy") ? null : ofItems(tuple, tuple.items(), name);
            case Dict dict -> DICT_CHANGES.contains(name) ? Undefined.unsafe(value, name) : ofDict(dict, name);
            case View _ -> refusedIf(name.equals("mapping") || name.equals("isdisjoint"), value, name);
            case Range _ ->
                refusedIf(Set.of("start", "stop", "step", "count", "index").contains(name), value, name);
            case Long _, Boolean _, Double _ -> refusedIf(NUMBERS.contains(name), value, name);
            default -> null;
        };
    }

    private static @Nullable Object refusedIf(boolean there, Object value, String name) {
        if (there) {
            throw TemplateException.unsupported("." + name + " of " + Values.typeName(value));
        }
        return null;
    }

    private static @Nullable Object ofItems(Object self, List<?> items, String name) {
        return switch (name) {
            case "copy" ->
                (Callable) arguments -> {
                    arguments.bindPositional("copy");
                    return List.copyOf(items);
                };
            case "count" ->
                (Callable) arguments -> {
                    Object wanted = arguments.bindPositional("count", "value").require("value");
                    return items.stream()
                            .filter(item -> Comparison.equal(item, wanted))
                            .count();
                };
            case "index" ->
                (Callable) arguments -> {
                    Object wanted = arguments.bindPositional("index", "value").require("value");
                    for (int i = 0; i < items.size(); i++) {
                        if (Comparison.equal(items.get(i), wanted)) {
                            return (long) i;
                        }
                    }
                    throw new TemplateException(
                            "%s is not in %s".formatted(Printing.repr(wanted), Values.typeName(self)));
                };
            default -> null;
        };
    }

    private static @Nullable Object ofDict(Dict dict, String name) {
        return switch (name) {
            case "get" ->
                (Callable) arguments -> {
                    var bound = arguments.bindPositional("get", "key", "default");
                    Object value = dict.get(bound.require("key"));
                    return value == null ? bound.get("default", None.NONE) : value;
                };
            case "keys" -> view(dict, name, View.Kind.KEYS);
            case "values" -> view(dict, name, View.Kind.VALUES);
            case "items" -> view(dict, name, View.Kind.ITEMS);
            case "copy" ->
                (Callable) arguments -> {
                    arguments.bindPositional("copy");
                    Dict copy = new Dict();
                    copy.putAll(dict);
                    return copy;
                };
            case "fromkeys" -> refusedIf(true, dict, name);
            default -> null;
        };
    }

    private static Callable view(Dict dict, String name, View.Kind kind) {
        return arguments -> {
            arguments.bindPositional(name);
            return new View(kind, dict);
        };
    }
}

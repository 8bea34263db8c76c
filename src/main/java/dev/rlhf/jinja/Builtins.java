package dev.rlhf.jinja;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;

/** The functions available in every template. */
final class Builtins {
    private Builtins() {}

    /** @param clock read by {@code strftime_now} */
    static Map<String, Object> all(Clock clock) {
        return Map.of(
                "range", (Callable) Builtins::range,
                "dict", (Callable) Builtins::dict,
                "namespace", (Callable) Builtins::namespace,
                "raise_exception",
                        (Callable) arguments -> {
                            throw new TemplateException(Printing.str(
                                    arguments.bind("raise_exception", "message").require("message")));
                        },
                "strftime_now",
                        (Callable) arguments -> Strftime.format(
                                arguments.bind("strftime_now", "format").text("format"), ZonedDateTime.now(clock)));
    }

    private static Object range(Arguments arguments) {
        List<Object> bounds = arguments.positional();
        if (bounds.isEmpty() || bounds.size() > 3 || !arguments.named().isEmpty()) {
            throw TemplateException.type("range expected 1 to 3 arguments, got " + bounds.size());
        }
        long first = Values.index(bounds.getFirst());
        return bounds.size() == 1
                ? new Range(0, first, 1)
                : new Range(first, Values.index(bounds.get(1)), bounds.size() == 2 ? 1 : Values.index(bounds.get(2)));
    }

    private static Dict dict(Arguments arguments) {
        if (arguments.positional().size() > 1) {
            throw TemplateException.type("dict expected at most 1 argument, got "
                    + arguments.positional().size());
        }
        Dict dict = new Dict();
        for (Object from : arguments.positional()) {
            if (from instanceof Dict other) {
                dict.putAll(other);
            } else {
                for (Object pair : Values.items(from)) {
                    List<Object> both = Values.items(pair);
                    if (both.size() != 2) {
                        throw new TemplateException("dict() takes a mapping, or pairs");
                    }
                    dict.put(both.getFirst(), both.getLast());
                }
            }
        }
        arguments.named().forEach(dict::put);
        return dict;
    }

    private static Namespace namespace(Arguments arguments) {
        Namespace namespace = new Namespace();
        dict(arguments)
                .entries()
                .forEach(entry ->
                        namespace.attributes().put(Values.text(entry.key(), "an attribute's name"), entry.value()));
        return namespace;
    }
}

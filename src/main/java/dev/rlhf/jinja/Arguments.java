package dev.rlhf.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The positional and named arguments of a call. */
record Arguments(List<Object> positional, Map<String, Object> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    /** Returns the arguments without the first {@code count} positional ones. */
    Arguments skip(int count) {
        return new Arguments(positional.subList(count, positional.size()), named);
    }

    /**
     * Matches the arguments with parameter names.
     *
     * @throws TemplateException if there are too many arguments, one is given twice, or a name is unknown
     */
    Bound bind(String function, String... parameters) {
        if (positional.size() > parameters.length) {
            throw TemplateException.type("%s() takes at most %d arguments (%d given)"
                    .formatted(function, parameters.length, positional.size()));
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < positional.size(); i++) {
            values.put(parameters[i], positional.get(i));
        }
        named.forEach((name, value) -> {
            if (!List.of(parameters).contains(name)) {
                throw TemplateException.type(
                        "%s() got an unexpected keyword argument %s".formatted(function, Printing.quote(name)));
            }
            if (values.putIfAbsent(name, value) != null) {
                throw TemplateException.type(
                        "%s() got multiple values for argument %s".formatted(function, Printing.quote(name)));
            }
        });
        return new Bound(function, values);
    }

    /** Like {@link #bind}, for Python methods with positional-only parameters. */
    Bound bindPositional(String function, String... parameters) {
        if (!named.isEmpty()) {
            throw TemplateException.type(function + "() takes no keyword arguments");
        }
        return bind(function, parameters);
    }

    /** Arguments by parameter name. */
    record Bound(String function, Map<String, Object> values) {
        @Nullable
        Object get(String name) {
            return values.get(name);
        }

        Object get(String name, Object defaultValue) {
            Object value = values.get(name);
            return value == null ? defaultValue : value;
        }

        /** Returns null if the argument was not given or is {@code None}. */
        @Nullable
        Object unlessNone(String name) {
            Object value = values.get(name);
            return value == None.NONE ? null : value;
        }

        Object require(String name) {
            Object value = values.get(name);
            if (value == null) {
                throw TemplateException.type("%s() missing the argument %s".formatted(function, Printing.quote(name)));
            }
            return value;
        }

        boolean flag(String name, boolean defaultValue) {
            Object value = values.get(name);
            return value == null ? defaultValue : Values.truth(value);
        }

        long integer(String name, long defaultValue) {
            Object value = values.get(name);
            return value == null ? defaultValue : Values.index(value);
        }

        /** @throws TemplateException if it is not a string */
        String text(String name) {
            return Values.text(require(name), function + "() argument " + Printing.quote(name));
        }

        /** Returns null if the argument was not given or is {@code None}. */
        @Nullable
        String optionalText(String name) {
            Object value = unlessNone(name);
            return value == null ? null : Values.text(value, function + "() argument " + Printing.quote(name));
        }
    }
}

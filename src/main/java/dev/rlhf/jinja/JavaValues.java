package dev.rlhf.jinja;

import dev.rlhf.base.InputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Converts Java values to template values. Makes copies, so later changes do not affect a rendering. */
final class JavaValues {
    private JavaValues() {}

    /**
     * @throws InputException if a value has another type than null, Boolean, number, String, List or Map with String
     *     keys, or is nested too deep
     */
    static Map<String, Object> variables(Map<String, ?> variables) {
        Map<String, Object> values = new LinkedHashMap<>();
        variables.forEach((name, value) -> values.put(name, value(value, name, 0)));
        return values;
    }

    private static Object value(@Nullable Object value, String name, int depth) {
        if (depth > Limits.DEPTH / 2) {
            throw new InputException(
                    "the template variable %s is nested more than %d deep".formatted(name, Limits.DEPTH / 2));
        }
        return switch (value) {
            case null -> None.NONE;
            case Boolean _, Long _, Double _, String _ -> value;
            case Integer number -> (Object) number.longValue();
            case Short number -> (Object) number.longValue();
            case Float number -> (Object) number.doubleValue();
            case List<?> list -> {
                List<Object> items = new ArrayList<>(list.size());
                list.forEach(item -> items.add(value(item, name, depth + 1)));
                yield items;
            }
            case Map<?, ?> map -> {
                Dict dict = new Dict();
                map.forEach((key, item) -> {
                    if (!(key instanceof String text)) {
                        throw new InputException(
                                "the template variable %s has a key that is not a string: %s".formatted(name, key));
                    }
                    dict.put(text, value(item, name, depth + 1));
                });
                yield dict;
            }
            default ->
                throw new InputException("the template variable %s has a value of %s, which templates cannot hold"
                        .formatted(name, value.getClass().getName()));
        };
    }
}

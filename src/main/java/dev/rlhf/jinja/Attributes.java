package dev.rlhf.jinja;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The {@code attribute} parameter of filters: {@code "name"}, {@code "a.b.0"} or a number. */
final class Attributes {
    private Attributes() {}

    /**
     * Returns a function that looks up an item's attribute, or returns the item itself if {@code attribute} is null.
     * Undefined attributes become {@code defaultValue} unless that is null.
     */
    static UnaryOperator<Object> getter(@Nullable Object attribute, @Nullable Object defaultValue) {
        if (attribute == null || attribute == None.NONE) {
            return item -> item;
        }
        List<Object> path = attribute instanceof String names
                ? StringSplitting.by(names, ".", -1, false).stream()
                        .map(Attributes::part)
                        .toList()
                : List.of(attribute);
        return item -> {
            Object at = item;
            for (Object part : path) {
                at = Items.element(at, part);
                if (at instanceof Undefined && defaultValue != null) {
                    at = defaultValue;
                }
            }
            return at;
        };
    }

    private static Object part(Object name) {
        String text = (String) name;
        boolean number = !text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? (Object) Long.valueOf(text) : text;
    }
}

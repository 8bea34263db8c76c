package dev.rlhf.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table of filters. */
final class Filters {
    /** {@code value|name(arguments)}. */
    @FunctionalInterface
    interface Filter {
        Object apply(Object value, Arguments arguments);
    }

    private static final Map<String, Filter> ALL = all();

    private Filters() {}

    /** Returns null if there is no filter with that name. */
    static @Nullable Filter find(String name) {
        return ALL.get(name);
    }

    /** @throws TemplateException if there is no filter with that name */
    static Filter named(String name) {
        Filter filter = ALL.get(name);
        if (filter == null) {
            throw TemplateException.unsupported("the filter " + Printing.quote(name));
        }
        return filter;
    }

    private static Map<String, Filter> all() {
        Map<String, Filter> filters = new HashMap<>();
        filters.putAll(TextFilters.ALL);
        filters.putAll(SequenceFilters.ALL);
        filters.putAll(SelectionFilters.FILTERS);
        filters.putAll(ValueFilters.ALL);
        return Map.copyOf(filters);
    }
}

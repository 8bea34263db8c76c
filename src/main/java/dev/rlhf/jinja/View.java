package dev.rlhf.jinja;

import java.util.ArrayList;
import java.util.List;

/**
 * The result of a dict's {@code keys()}, {@code values()} and {@code items()}: iterable and sized, without index
 * access.
 */
record View(Kind kind, Dict dict) {
    enum Kind {
        KEYS,
        VALUES,
        ITEMS
    }

    String typeName() {
        return switch (kind) {
            case KEYS -> "dict_keys";
            case VALUES -> "dict_values";
            case ITEMS -> "dict_items";
        };
    }

    List<Object> items() {
        return switch (kind) {
            case KEYS -> dict.keys();
            case VALUES -> dict.values();
            case ITEMS -> {
                List<Object> pairs = new ArrayList<>(dict.size());
                dict.entries().forEach(entry -> pairs.add(entry.pair()));
                yield pairs;
            }
        };
    }
}

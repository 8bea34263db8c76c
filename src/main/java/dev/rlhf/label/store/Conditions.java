package dev.rlhf.label.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The conditions of an SQL query, with their values. One thread at a time. */
final class Conditions {
    private final List<String> conditions = new ArrayList<>();
    final Map<String, Object> values = new HashMap<>();

    void add(String condition, String name, @Nullable Object value) {
        if (value != null) {
            conditions.add(condition);
            values.put(name, value);
        }
    }

    void addIf(String condition, boolean wanted) {
        if (wanted) {
            conditions.add(condition);
        }
    }

    String text() {
        StringBuilder text = new StringBuilder();
        conditions.forEach(condition -> text.append(" AND ").append(condition));
        return text.toString();
    }
}

package dev.rlhf.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Variables. Loop bodies, macros, set blocks and generation blocks have their own scope: they see outer variables but
 * set only their own. {@code if} has no scope of its own.
 */
final class Scope {
    private final @Nullable Scope enclosing;
    private final Map<String, Object> variables;

    /** Creates the outermost scope. */
    Scope(Map<String, Object> variables) {
        this.enclosing = null;
        this.variables = new HashMap<>(variables);
    }

    private Scope(Scope enclosing, Map<String, Object> variables) {
        this.enclosing = enclosing;
        this.variables = variables;
    }

    Scope inner() {
        return new Scope(this, new HashMap<>());
    }

    void set(String name, Object value) {
        variables.put(name, value);
    }

    @Nullable
    Object get(String name) {
        Scope scope = this;
        while (scope != null) {
            Object value = scope.variables.get(name);
            if (value != null) {
                return value;
            }
            scope = scope.enclosing;
        }
        return null;
    }
}

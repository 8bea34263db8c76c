package dev.rlhf.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Variables. Loop bodies, macros, set blocks and generation blocks have their own scope: they see outer variables but
 * set only their own. {@code if} has no scope of its own.
 */
final class Scope {
    private final @Nullable Scope around;
    private final Map<String, Object> variables;

    /** Creates the outermost scope. */
    Scope(Map<String, Object> variables) {
        this.around = null;
        this.variables = new HashMap<>(variables);
    }

    private Scope(Scope around, Map<String, Object> variables) {
        this.around = around;
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
            scope = scope.around;
        }
        return null;
    }
}

package dev.rlhf.recipe;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Options typed after a command, which take precedence over the recipe's.
 *
 * @param values by name without dashes, as typed; {@code a.b} is option b of group a or, in a pipeline, of stage a
 */
public record Overrides(Map<String, String> values) {
    public Overrides {
        values = new LinkedHashMap<>(values);
    }

    public static Overrides none() {
        return new Overrides(Map.of());
    }
}

package dev.rlhf.model.lora;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A selection of modules, in the form of PEFT's {@code target_modules}: a list of names, each a whole name or its end
 * after a dot; or a regular expression that matches whole names. Immutable.
 *
 * @param names used if {@code regex} is null
 */
public record ModulePattern(List<String> names, @Nullable Pattern regex) {
    private static final String ALL_LINEAR = "all-linear";

    /** No module. */
    public static final ModulePattern NONE = new ModulePattern(List.of(), null);

    /** Every linear layer of the body. */
    public static final ModulePattern ALL = new ModulePattern(List.of(), Pattern.compile(".*"));

    /**
     * Parses the value of an option: {@code all-linear}, names, or one regular expression, which is recognised by a
     * character that no name contains.
     *
     * @throws java.util.regex.PatternSyntaxException if a regular expression is malformed
     */
    public static ModulePattern of(List<String> words) {
        if (words.size() == 1 && words.getFirst().equalsIgnoreCase(ALL_LINEAR)) {
            return ALL;
        }
        boolean regex = words.size() == 1 && !words.getFirst().matches("[\\w.-]+");
        return regex
                ? new ModulePattern(List.of(), Pattern.compile(words.getFirst()))
                : new ModulePattern(List.copyOf(words), null);
    }

    /**
     * Reads a config's value: a list of names, or a string that is {@code all-linear} or a regular expression; null: no
     * module.
     */
    static ModulePattern of(JsonNode node) {
        if (node.isTextual()) {
            return node.asText().equalsIgnoreCase(ALL_LINEAR)
                    ? ALL
                    : new ModulePattern(List.of(), Pattern.compile(node.asText()));
        }
        List<String> names = new ArrayList<>();
        node.forEach(name -> names.add(name.asText()));
        return new ModulePattern(List.copyOf(names), null);
    }

    boolean matches(String module) {
        return regex != null ? regex.matcher(module).matches() : names.stream().anyMatch(name -> named(module, name));
    }

    private static boolean named(String module, String name) {
        return module.equals(name) || module.endsWith("." + name);
    }

    /** Returns the listed names that match none of the modules. */
    List<String> unmatched(List<String> modules) {
        return names.stream()
                .filter(name -> modules.stream().noneMatch(module -> named(module, name)))
                .toList();
    }

    /** Returns the pattern in the form that {@link #of(List)} takes, for error messages. */
    String text() {
        return regex != null ? regex.pattern() : String.join(", ", names);
    }
}

package dev.rlhf.cli;

import dev.rlhf.base.InputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The arguments of a command: {@code --option value}, {@code --option=value}, {@code --flag}, and other words. Whether
 * an option exists is checked by the recipe reader.
 *
 * @param words arguments that belong to no option, in order
 * @param options by name without dashes, in order
 */
record Arguments(List<String> words, Map<String, String> options) {
    /**
     * Separates options from other words.
     *
     * @param isFlag whether the option of this name may be given without a value, which is then "true"
     * @throws InputException if an option lacks its value or is given twice
     */
    static Arguments parse(List<String> typed, Predicate<String> isFlag) {
        List<String> words = new ArrayList<>();
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i < typed.size(); i++) {
            String word = typed.get(i);
            if (!word.startsWith("-") || word.matches("-[0-9.].*")) {
                words.add(word);
                continue;
            }
            if (!word.startsWith("--")) {
                throw new InputException(word + ": options begin with two dashes, as in --seed 2");
            }
            int equals = word.indexOf('=');
            String name = equals < 0 ? word.substring(2) : word.substring(2, equals);
            if (name.isEmpty()) {
                throw new InputException("\"" + word + "\" is not an option; write --option value");
            }
            boolean hasNext = i + 1 < typed.size() && !typed.get(i + 1).startsWith("--");
            boolean nextIsValue =
                    hasNext && (!isFlag.test(name) || typed.get(i + 1).matches("(?i)true|false"));
            String value;
            if (equals >= 0) {
                value = word.substring(equals + 1);
            } else if (nextIsValue) {
                value = typed.get(++i);
            } else if (isFlag.test(name)) {
                value = "true";
            } else {
                throw new InputException("--" + name + ": needs a value");
            }
            if (options.put(name, value) != null) {
                throw new InputException("--" + name + ": given twice");
            }
        }
        return new Arguments(words, options);
    }

    /** Removes an option, so that those of the recipe remain. */
    Optional<String> take(String name) {
        return Optional.ofNullable(options.remove(name));
    }
}

package dev.rlhf.recipe.yaml;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a value was written: on a line of a file, or on the command line as an option.
 *
 * @param file the recipe, or null on the command line
 * @param line from 1; 0: the file as a whole
 * @param option the option as typed, with its dashes; null in a file, or if it was not typed
 */
public record Place(@Nullable Path file, int line, @Nullable String option) {
    public static Place line(Path file, int line) {
        return new Place(file, line, null);
    }

    /** The file as a whole. */
    public static Place file(Path file) {
        return new Place(file, 0, null);
    }

    public static Place option(String option) {
        return new Place(null, 0, option);
    }

    /** The command line as a whole. */
    public static Place commandLine() {
        return new Place(null, 0, null);
    }

    /** {@code recipes/sft.yaml:14: learning_rate: what}, or {@code --learning_rate: what}. */
    public String message(String name, String what) {
        if (file == null) {
            if (option == null && name.isEmpty()) {
                return what;
            }
            String typed = option == null ? "--" + name : option;
            return name.isEmpty() || typed.endsWith(name) ? typed + ": " + what : typed + ": " + name + ": " + what;
        }
        String where = line > 0 ? file + ":" + line : file.toString();
        return name.isEmpty() ? where + ": " + what : where + ": " + name + ": " + what;
    }
}

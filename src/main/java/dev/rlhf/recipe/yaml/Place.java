package dev.rlhf.recipe.yaml;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The place of a value: a line of a file, or an option on the command line.
 *
 * @param file the recipe; null on the command line
 * @param line from 1; 0 stands for the whole file
 * @param option the option as typed, with its dashes; null in a file, or if it was not typed
 */
public record Place(@Nullable Path file, int line, @Nullable String option) {
    public static Place line(Path file, int line) {
        return new Place(file, line, null);
    }

    /** Returns the place of a whole file. */
    public static Place file(Path file) {
        return new Place(file, 0, null);
    }

    public static Place option(String option) {
        return new Place(null, 0, option);
    }

    /** Returns the place of the whole command line. */
    public static Place commandLine() {
        return new Place(null, 0, null);
    }

    /** Returns {@code recipes/sft.yaml:14: learning_rate: what}, or {@code --learning_rate: what}. */
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

package dev.rlhf.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rlhf.base.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A row of a data set with the key that determines its part of a split: a line of {@code held_out.jsonl} or {@code
 * trained_on.jsonl}.
 *
 * @param file the data set
 * @param line the row's line, from 1; null if the file has no lines, such as a store of labels
 * @param id the row's id; null if it has none
 * @param key its {@link ContentKey}
 * @param part {@code train}, {@code validation} or {@code test}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record KeyedRow(
        String file, @Nullable Long line, @Nullable String id, String key, String part) {
    /** The file in a run's folder that lists the rows held out from training. */
    public static final String HELD_OUT = "held_out.jsonl";

    /** The file in a reward model's run that lists the rows it was trained on. */
    public static final String TRAINED_ON = "trained_on.jsonl";

    public static final String TRAIN = "train";
    public static final String VALIDATION = "validation";
    public static final String TEST = "test";

    /** Returns the entry of a row of a JSONL file. */
    public static KeyedRow of(Origin origin, @Nullable String id, String key, String part) {
        return new KeyedRow(origin.path().toString(), origin.line(), id, key, part);
    }

    /** Returns the same row in another part. */
    public KeyedRow in(String other) {
        return new KeyedRow(file, line, id, key, other);
    }

    /** Replaces the file {@code name} in {@code output} by these rows, atomically. */
    public static void write(Path output, String name, Collection<KeyedRow> rows) throws IOException {
        JsonLines.write(output.resolve(name), rows);
    }

    /**
     * Reads the keys of a file written by {@link #write}.
     *
     * @throws InputException with file and line
     */
    public static Set<String> keys(Path file) {
        Set<String> keys = new HashSet<>();
        JsonLines.forEach(file, row -> {
            row.string("file");
            row.optionalNumber("line");
            row.id();
            row.string("part");
            keys.add(row.string("key"));
        });
        return keys;
    }
}

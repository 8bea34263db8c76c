package dev.rlhf.label.files;

import java.util.List;

/**
 * The fields of another tool's records that hold the prompt and the completions; users of the tool choose their names.
 *
 * @param prompt name of the prompt's field
 * @param completions names of the completions' fields, in order; empty: the format's default
 */
public record Fields(String prompt, List<String> completions) {
    public static final Fields DEFAULT = new Fields("prompt", List.of());

    public Fields {
        completions = List.copyOf(completions);
    }
}

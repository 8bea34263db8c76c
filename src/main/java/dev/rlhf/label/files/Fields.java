package dev.rlhf.label.files;

import java.util.List;

/**
 * Where another tool's records have the prompt and the completions, which their users name as they like.
 *
 * @param prompt name of the field with the prompt
 * @param completions names of the fields with the completions, in order; empty: what the format says by itself
 */
public record Fields(String prompt, List<String> completions) {
    public static final Fields DEFAULT = new Fields("prompt", List.of());

    public Fields {
        completions = List.copyOf(completions);
    }
}

package dev.rlhf.jinja;

import java.util.List;

/**
 * The output of a template.
 *
 * @param text the whole output
 * @param marked whether the template has {@code {% generation %}} blocks; without them the assistant's part is unknown
 * @param generated the parts of {@code text} inside {@code {% generation %}} blocks, in order and without overlaps; may
 *     be empty even if {@code marked}
 */
public record Rendering(String text, boolean marked, List<Span> generated) {
    public Rendering {
        generated = List.copyOf(generated);
    }

    /**
     * Characters {@code start} (inclusive) to {@code end} (exclusive), as indices into the Java string: an emoji counts
     * two.
     */
    public record Span(int start, int end) {}
}

package dev.rlhf.jinja;

import java.util.List;

/**
 * What a template made of its variables.
 *
 * @param text the whole output
 * @param marked whether the template has {@code {% generation %}} blocks at all; if not, nobody said which part is the assistant's
 * @param generated the parts of {@code text} that came out of {@code {% generation %}} blocks, in order, not overlapping; may be
 *     empty though {@code marked}
 */
public record Rendering(String text, boolean marked, List<Span> generated) {
    public Rendering {
        generated = List.copyOf(generated);
    }

    /** Chars {@code start} to {@code end}, the latter not included: indices into the Java string, so an emoji counts two. */
    public record Span(int start, int end) {}
}

package dev.rlhf.jinja;

import dev.rlhf.jinja.Rendering.Span;
import java.util.ArrayList;
import java.util.List;

/** Collects the output of a template, macro or set block. */
final class Output {
    private final StringBuilder text = new StringBuilder();
    private final List<Span> spans = new ArrayList<>();

    void write(String more) {
        text.append(more);
        Limits.text(text.length());
    }

    int length() {
        return text.length();
    }

    /** Marks the text written since {@code start} as the assistant's, unless it is empty. */
    void mark(int start) {
        spans.add(new Span(start, text.length()));
    }

    String text() {
        return text.toString();
    }

    List<Span> spans() {
        return spans;
    }
}

package dev.rlhf.jinja;

import dev.rlhf.jinja.Rendering.Span;
import java.util.ArrayList;
import java.util.List;

/** Where text goes: the template's output, or that of a macro or set block. */
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

    /** What was written since {@code start} is the assistant's; nothing if that is nothing. */
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

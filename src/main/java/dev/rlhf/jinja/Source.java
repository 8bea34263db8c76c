package dev.rlhf.jinja;

import dev.rlhf.base.InputException;

/**
 * The name of a template, for messages, and its text, with line ends normalized to {@code \n} and the last one removed,
 * as jinja2 does.
 */
record Source(String name, String text) {
    static Source of(String name, String text) {
        String lines = text.replace("\r\n", "\n").replace('\r', '\n');
        return new Source(name, lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines);
    }

    InputException error(int line, String what) {
        return new InputException(name + ":" + line + ": " + what);
    }

    /** Returns the error for a feature of Jinja that this engine does not support. */
    InputException unsupported(int line, String what) {
        return error(line, what + " is not supported in chat templates here (docs/reference/chat-templates.md)");
    }
}

package dev.rlhf.jinja;

import dev.rlhf.base.InputException;

/** A template's name, for messages, and its text with line ends made {@code \n} and the last of them taken off, as jinja2 does. */
record Source(String name, String text) {
    static Source of(String name, String text) {
        String lines = text.replace("\r\n", "\n").replace('\r', '\n');
        return new Source(name, lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines);
    }

    InputException error(int line, String what) {
        return new InputException(name + ":" + line + ": " + what);
    }

    /** Jinja has it, this engine does not. */
    InputException unsupported(int line, String what) {
        return error(line, what + " is not supported in chat templates here (docs/reference/chat-templates.md)");
    }
}

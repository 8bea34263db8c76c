package dev.rlhf.label;

import java.util.List;

/**
 * What the completions answer: a conversation up to the point where the model speaks. A plain prompt is one user message
 * that is written as {@code "prompt"} in files; all others are written as {@code "messages"}.
 */
public record Prompt(List<Message> messages, boolean plain) {
    /** @throws IllegalArgumentException if there is no message, or a plain prompt is anything but one user message */
    public Prompt {
        messages = List.copyOf(messages);
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("\"messages\" is empty; a task needs at least one message");
        }
        if (plain && (messages.size() != 1 || !messages.getFirst().role().equals("user"))) {
            throw new IllegalArgumentException("a plain prompt is exactly one user message");
        }
    }

    public static Prompt text(String text) {
        return new Prompt(List.of(new Message("user", text)), true);
    }

    public static Prompt conversation(List<Message> messages) {
        return new Prompt(messages, false);
    }
}

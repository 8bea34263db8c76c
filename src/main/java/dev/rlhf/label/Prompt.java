package dev.rlhf.label;

import dev.rlhf.text.Message;
import java.util.List;

/**
 * The conversation that the completions continue.
 * @param messages messages that have only a role and a text
 * @param plain whether this is one user message, written as {@code "prompt"} in files; other prompts are written as
 *     {@code "messages"}
 */
public record Prompt(List<Message> messages, boolean plain) {
    /**
     * @throws IllegalArgumentException if there is no message, a message has other fields, or a plain prompt is not one
     *     user message
     */
    public Prompt {
        messages = List.copyOf(messages);
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("\"messages\" is empty; a task needs at least one message");
        }
        for (Message message : messages) {
            if (!message.isPlain()) {
                throw new IllegalArgumentException(
                        "a message has %s; a label store keeps role and content alone, so remove the other fields"
                                .formatted(message.fields().keySet()));
            }
        }
        if (plain && (messages.size() != 1 || !messages.getFirst().role().equals("user"))) {
            throw new IllegalArgumentException("a plain prompt is exactly one user message");
        }
    }

    /** Returns a plain prompt: one user message. */
    public static Prompt text(String text) {
        return new Prompt(List.of(Message.user(text)), true);
    }

    /** Returns a prompt that is written as messages. */
    public static Prompt conversation(List<Message> messages) {
        return new Prompt(messages, false);
    }
}

package dev.rlhf.stages.chat;

import dev.rlhf.base.InputException;
import dev.rlhf.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A growing conversation, shortened to what fits into the model's context. Not thread-safe. */
final class Dialogue {
    private final List<Message> turns = new ArrayList<>();
    private @Nullable String system;

    Dialogue(@Nullable String system) {
        this.system = system;
    }

    /** Sets the system message; null or blank removes it. */
    void system(@Nullable String text) {
        system = text == null || text.isBlank() ? null : text;
    }

    /** Forgets all messages but the system message. */
    void reset() {
        turns.clear();
    }

    void add(Message message) {
        turns.add(message);
    }

    /** Removes the last message. */
    void removeLast() {
        turns.removeLast();
    }

    /**
     * Removes the last answer, so that its question can be answered again.
     *
     * @return false if there is no message
     */
    boolean reopen() {
        if (turns.isEmpty()) {
            return false;
        }
        if (turns.getLast().byAssistant()) {
            turns.removeLast();
        }
        return true;
    }

    List<Message> messages() {
        List<Message> all = new ArrayList<>();
        if (system != null) {
            all.add(Message.system(system));
        }
        all.addAll(turns);
        return all;
    }

    /**
     * A prompt that leaves positions for an answer.
     * @param dropped the number of oldest messages that were forgotten
     */
    record Fitted(int[] prompt, int dropped) {}

    /**
     * Forgets the oldest exchanges until the rest fits.
     *
     * @param encode encodes a conversation
     * @param most largest number of prompt tokens
     * @throws InputException if the last message alone is too long; nothing is forgotten then
     */
    Fitted fit(Function<List<Message>, int[]> encode, int most) {
        int dropped = 0;
        List<Message> before = List.copyOf(turns);
        int[] prompt = encode.apply(messages());
        while (prompt.length > most && turns.size() > 1) {
            do {
                turns.removeFirst();
                dropped++;
            } while (turns.size() > 1 && turns.getFirst().byAssistant());
            prompt = encode.apply(messages());
        }
        if (prompt.length > most) {
            turns.clear();
            turns.addAll(before);
            throw new InputException(
                    "%d tokens are too many: the model takes %d, plus an answer".formatted(prompt.length, most));
        }
        return new Fitted(prompt, dropped);
    }
}

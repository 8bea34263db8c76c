package dev.rlhf.stages.chat;

import dev.rlhf.base.InputException;
import dev.rlhf.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A conversation that goes on: what was said, and how much of it a model can still read. Not thread-safe. */
final class Dialogue {
    private final List<Message> turns = new ArrayList<>();
    private @Nullable String system;

    Dialogue(@Nullable String system) {
        this.system = system;
    }

    /** Sets what the model is told before the conversation; null or blank: nothing. */
    void system(@Nullable String text) {
        system = text == null || text.isBlank() ? null : text;
    }

    @Nullable
    String system() {
        return system;
    }

    /** Forgets all that was said, but not the system message. */
    void reset() {
        turns.clear();
    }

    void add(Message message) {
        turns.add(message);
    }

    /** Takes the last message back. */
    void removeLast() {
        turns.removeLast();
    }

    /** Takes the last answer back, so that the question before it can be answered anew; false if there is none. */
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
     * A prompt that leaves room for an answer.
     *
     * @param dropped messages that were forgotten for it, the oldest first; they are gone
     */
    record Fitted(int[] prompt, int dropped) {}

    /**
     * Forgets the oldest exchanges until the rest fits.
     *
     * @param encode a conversation's tokens
     * @param most tokens that the prompt may have
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
            throw new InputException("%d tokens are too many: with room for an answer, the model takes %d"
                    .formatted(prompt.length, most));
        }
        return new Fitted(prompt, dropped);
    }
}

package dev.rlhf.text;

import dev.rlhf.base.InputException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Encodes conversations as token ids. Implementations are immutable, and thread-safe while the tokenizer is open. */
public sealed interface ConversationFormat permits TemplateFormat, ChatMl, PlainText, WithSystem {
    /** The assistant messages that are trained on. */
    enum TrainedTurns {
        /** All messages of the assistant. */
        ALL,
        /** Only the last message; the rest of the conversation is its prompt. */
        LAST
    }

    /**
     * Returns the format of the checkpoint's chat template; without a template ChatML if the tokenizer has its markers;
     * otherwise plain text.
     *
     * @throws InputException if the template is wrong or needs an unsupported feature, or if there is neither a
     *     template nor an end-of-sequence token
     */
    static ConversationFormat of(Tokenizer tokenizer) {
        return find(tokenizer).orElseGet(() -> new PlainText(tokenizer));
    }

    /**
     * Like {@link #of}, but returns empty if there is no template, no ChatML marker and no end-of-sequence token, so
     * that nothing says how a conversation ends.
     */
    static Optional<ConversationFormat> find(Tokenizer tokenizer) {
        Optional<ConversationFormat> template = TemplateFormat.find(tokenizer);
        if (template.isPresent()) {
            return template;
        }
        if (ChatMl.supports(tokenizer)) {
            return Optional.of(new ChatMl(tokenizer));
        }
        return tokenizer.hasEos() ? Optional.of(new PlainText(tokenizer)) : Optional.empty();
    }

    /**
     * Returns this format with a system message added to conversations that do not begin with one.
     * @param system the message; null: returns this format
     * @throws InputException if the format has no system messages
     */
    default ConversationFormat withSystem(@Nullable String system) {
        return system == null ? this : new WithSystem(this, system);
    }

    /**
     * Encodes a whole conversation and marks the assistant's tokens that are trained on.
     *
     * @throws InputException if the format cannot express the conversation or cannot tell which tokens are the
     *     assistant's
     */
    Encoded encode(Chat chat, TrainedTurns trained);

    /** Encodes a conversation without template variables and marks all of the assistant's messages. */
    default Encoded encode(List<Message> messages) {
        return encode(Chat.of(messages), TrainedTurns.ALL);
    }

    /**
     * Encodes the conversation so far, up to the beginning of the assistant's next answer.
     *
     * @throws InputException if the format cannot express the conversation
     */
    int[] prompt(Chat chat);

    /** Encodes a prompt without template variables. */
    default int[] prompt(List<Message> messages) {
        return prompt(Chat.of(messages));
    }

    /**
     * Encodes a prompt and its completion: the tokens that the model would have read and generated.
     *
     * @param ended whether the token that ends an answer follows; false for a truncated completion
     */
    int[] answered(Chat prompt, String completion, boolean ended);

    /** Returns the token that ends an answer of the assistant. */
    int endId();

    /**
     * Returns all tokens that end a completion: {@link #endId} and the checkpoint's end tokens ({@link
     * Tokenizer#eosIds}).
     */
    default Set<Integer> stopIds() {
        Set<Integer> ids = new TreeSet<>(tokenizer().eosIds());
        ids.add(endId());
        return ids;
    }

    /** Returns the tokenizer in use. */
    Tokenizer tokenizer();

    /**
     * Token ids and a mask.
     *
     * @param ids {@code [T]}
     * @param assistant {@code [T]}, true for the assistant's tokens: its answers and the tokens that end them
     */
    @SuppressWarnings("ArrayRecordComponent") // token ids by the million; never compared
    record Encoded(int[] ids, boolean[] assistant) {}
}

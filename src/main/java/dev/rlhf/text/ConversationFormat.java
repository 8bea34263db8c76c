package dev.rlhf.text;

import dev.rlhf.base.InputException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** How conversations become token ids. Implementations are immutable; threads may share them while the tokenizer is open. */
public sealed interface ConversationFormat permits TemplateFormat, ChatMl, PlainText {
    /** Which answers are learnt. */
    enum Learnt {
        /** Every message of the assistant's. */
        ALL,
        /** The last one; the rest of the conversation is what it was asked. */
        LAST
    }

    /**
     * The checkpoint's chat template; without one ChatML, where the tokenizer has its markers; else prompt and response as plain text.
     *
     * @throws InputException if the template is wrong or needs what is not supported; if there is none and no end-of-sequence token
     */
    static ConversationFormat of(Tokenizer tokenizer) {
        return find(tokenizer).orElseGet(() -> new PlainText(tokenizer));
    }

    /** The same; empty where nothing says how a conversation ends: no template, no markers, no end-of-sequence token. */
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
     * The whole conversation, with which of its tokens the assistant says and learns to say.
     *
     * @throws InputException if the format cannot write it, or cannot tell what the assistant says
     */
    Encoded encode(Chat chat, Learnt learnt);

    /** All of the assistant's messages are learnt. */
    default Encoded encode(List<Message> messages) {
        return encode(Chat.of(messages), Learnt.ALL);
    }

    /**
     * The conversation so far, up to where the assistant's next words begin.
     *
     * @throws InputException if the format cannot write it
     */
    int[] prompt(Chat chat);

    /** The same of messages alone. */
    default int[] prompt(List<Message> messages) {
        return prompt(Chat.of(messages));
    }

    /**
     * The prompt and a completion of it: the tokens that the model would have read and drawn.
     *
     * @param ended whether the token that ends an answer follows; false for a completion that was cut
     */
    int[] answered(Chat prompt, String completion, boolean ended);

    /** The token that ends what the assistant says. */
    int endId();

    /** Every token that ends a completion: {@link #endId}, and those that the checkpoint names ({@link Tokenizer#eosIds}). */
    default Set<Integer> stopIds() {
        Set<Integer> ids = new TreeSet<>(tokenizer().eosIds());
        ids.add(endId());
        return ids;
    }

    /** What it encodes with. */
    Tokenizer tokenizer();

    /**
     * Token ids and a mask of the same length.
     *
     * @param ids {@code [T]}
     * @param assistant {@code [T]}, true where the assistant says the token: its words and the token that ends them
     */
    @SuppressWarnings("ArrayRecordComponent") // token ids by the million; never compared
    record Encoded(int[] ids, boolean[] assistant) {}
}

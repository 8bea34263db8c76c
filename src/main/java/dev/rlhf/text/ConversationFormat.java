package dev.rlhf.text;

import java.util.List;

/** How conversations become token ids. Implementations are immutable; threads may share them while the tokenizer is open. */
public sealed interface ConversationFormat permits ChatMl, PlainText {
    /** ChatML where the tokenizer has its markers, else prompt and response as plain text. */
    static ConversationFormat of(Tokenizer tokenizer) {
        return ChatMl.supports(tokenizer) ? new ChatMl(tokenizer) : new PlainText(tokenizer);
    }

    /** The whole conversation, with which of its tokens the assistant says. */
    Encoded encode(List<Message> messages);

    /** The conversation so far, up to where the assistant's next words begin. */
    int[] prompt(List<Message> messages);

    /** The token that ends what the assistant says. */
    int endId();

    /**
     * Token ids and a mask of the same length.
     *
     * @param ids {@code [T]}
     * @param assistant {@code [T]}, true where the assistant says the token: its words and the token that ends them
     */
    @SuppressWarnings("ArrayRecordComponent") // token ids by the million; never compared
    record Encoded(int[] ids, boolean[] assistant) {}
}

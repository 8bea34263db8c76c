package dev.rlhf.text;

import dev.rlhf.base.InputException;
import java.util.List;

/**
 * A prompt and the response straight behind it, ended by the end-of-sequence token: for models whose vocabulary has no chat
 * markers. One user message, at most one answer. Prompt and response are encoded apart, as in generation.
 * Immutable; threads may share it while the tokenizer is open.
 */
public final class PlainText implements ConversationFormat {
    private final Tokenizer tokenizer;
    private final int end;

    /** @throws InputException if the tokenizer has no end-of-sequence token */
    public PlainText(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        this.end = tokenizer.eosId();
    }

    @Override
    public Encoded encode(List<Message> messages) {
        if (messages.size() != 2
                || messages.getFirst().byAssistant()
                || !messages.getLast().byAssistant()) {
            throw new InputException(
                    "the plain format takes one prompt and one response; conversations need a tokenizer with ChatML's tokens");
        }
        return new EncodedBuilder()
                .add(false, prompt(messages.subList(0, 1)))
                .add(true, tokenizer.encode(messages.getLast().content()))
                .add(true, end)
                .build();
    }

    @Override
    public int[] prompt(List<Message> messages) {
        if (messages.size() != 1 || messages.getFirst().byAssistant()) {
            throw new InputException(
                    "the plain format takes a single prompt; conversations need a tokenizer with ChatML's tokens");
        }
        return tokenizer.encode(messages.getFirst().content());
    }

    @Override
    public int endId() {
        return end;
    }
}

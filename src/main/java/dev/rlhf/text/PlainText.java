package dev.rlhf.text;

import dev.rlhf.base.InputException;
import java.util.List;

/**
 * The format of models that have neither a chat template nor chat markers: a prompt directly followed by its response
 * and the end-of-sequence token. It takes one user message and at most one answer. Prompt and response are encoded
 * separately, as in generation. Tokens that the tokenizer adds before every text (Llama's BOS) occur once, before the
 * prompt. Immutable and thread-safe while the tokenizer is open.
 */
public final class PlainText implements ConversationFormat {
    private final Tokenizer tokenizer;
    private final int[] prefix;
    private final int end;

    /** @throws InputException if the tokenizer has no end-of-sequence token */
    public PlainText(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        this.prefix = tokenizer.prefixIds();
        this.end = tokenizer.eosId();
    }

    @Override
    public Encoded encode(Chat chat, TrainedTurns trained) {
        List<Message> messages = chat.messages();
        if (messages.size() != 2
                || messages.getFirst().byAssistant()
                || !messages.getLast().byAssistant()) {
            throw new InputException(
                    "the plain format takes one prompt and one response; conversations need a chat template, or a"
                            + " tokenizer with ChatML's tokens");
        }
        return new EncodedBuilder()
                .add(false, prompt(chat.upTo(1)))
                .add(true, tokenizer.encodeContinuation(text(messages.getLast())))
                .add(true, end)
                .build();
    }

    @Override
    public int[] prompt(Chat chat) {
        if (chat.messages().size() != 1 || chat.messages().getFirst().byAssistant()) {
            throw new InputException(
                    "the plain format takes a single prompt; conversations need a chat template, or a tokenizer with"
                            + " ChatML's tokens");
        }
        ChatMl.refuseVariables(chat);
        return new EncodedBuilder()
                .add(false, prefix)
                .add(false, tokenizer.encode(text(chat.messages().getFirst())))
                .build()
                .ids();
    }

    @Override
    public int[] answered(Chat prompt, String completion, boolean ended) {
        EncodedBuilder ids =
                new EncodedBuilder().add(false, prompt(prompt)).add(true, tokenizer.encodeContinuation(completion));
        return (ended ? ids.add(true, end) : ids).build().ids();
    }

    @Override
    public int endId() {
        return end;
    }

    @Override
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    private static String text(Message message) {
        return ChatMl.plain(message).content();
    }
}

package dev.rlhf.text;

import dev.rlhf.base.InputException;
import java.util.List;

/**
 * Conversations in ChatML:
 *
 * <pre>
 * &lt;|im_start|&gt;user
 * Who keeps the light?&lt;|im_end|&gt;
 * &lt;|im_start|&gt;assistant
 * The keeper.&lt;|im_end|&gt;
 * </pre>
 *
 * <p>The special ids are put between pieces that are encoded as text, never read out of a rendered string: a role marker that a
 * user typed is text. The assistant's header is encoded apart from its words, as in generation, where those do not exist yet;
 * the ids are those of the usual Jinja template otherwise.
 *
 * <p>The assistant says its words and the {@code <|im_end|>} after them, in every turn of its own; not the header, nor the
 * newline behind. Immutable; threads may share it while the tokenizer is open.
 */
public final class ChatMl implements ConversationFormat {
    private final Tokenizer tokenizer;
    private final int start;
    private final int end;
    private final int[] newline;

    /** @throws InputException if the vocabulary lacks {@code <|im_start|>} or {@code <|im_end|>} */
    public ChatMl(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        this.start = required(tokenizer, SpecialTokens.IM_START);
        this.end = required(tokenizer, SpecialTokens.IM_END);
        this.newline = tokenizer.encode("\n");
    }

    /** Whether the tokenizer has ChatML's two special tokens. */
    public static boolean supports(Tokenizer tokenizer) {
        return tokenizer.idOf(SpecialTokens.IM_START).isPresent()
                && tokenizer.idOf(SpecialTokens.IM_END).isPresent();
    }

    @Override
    public Encoded encode(List<Message> messages) {
        return turns(messages).build();
    }

    @Override
    public int[] prompt(List<Message> messages) {
        return turns(messages)
                .add(false, start)
                .add(false, tokenizer.encode("assistant\n"))
                .build()
                .ids();
    }

    @Override
    public int endId() {
        return end;
    }

    private EncodedBuilder turns(List<Message> messages) {
        EncodedBuilder ids = new EncodedBuilder();
        for (Message message : messages) {
            String header = message.role() + "\n";
            ids.add(false, start);
            if (message.byAssistant()) {
                ids.add(false, tokenizer.encode(header)).add(true, tokenizer.encode(message.content()));
            } else {
                ids.add(false, tokenizer.encode(header + message.content()));
            }
            ids.add(message.byAssistant(), end).add(false, newline);
        }
        return ids;
    }

    private static int required(Tokenizer tokenizer, String token) {
        return tokenizer
                .idOf(token)
                .orElseThrow(() -> new InputException(
                        "the tokenizer has no %s, which ChatML needs; use a tokenizer with ChatML's tokens, or the plain format"
                                .formatted(token)));
    }
}

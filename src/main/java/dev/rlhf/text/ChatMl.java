package dev.rlhf.text;

import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Conversations in ChatML, for tokenizers that have its markers but no chat template:
 *
 * <pre>
 * &lt;|im_start|&gt;user
 * Who keeps the light?&lt;|im_end|&gt;
 * &lt;|im_start|&gt;assistant
 * The keeper.&lt;|im_end|&gt;
 * </pre>
 *
 * <p>Special ids are inserted between pieces that are encoded as text and are never parsed from a rendered string, so a
 * role marker that a user typed stays text. The assistant's header is encoded separately from its answer, as in
 * generation, where the answer does not exist yet; otherwise the ids are those of the usual Jinja template.
 *
 * <p>The assistant's tokens are its answers and the {@code <|im_end|>} after each, but neither headers nor newlines.
 * Immutable and thread-safe while the tokenizer is open.
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

    /** Returns whether the tokenizer has ChatML's two special tokens. */
    public static boolean supports(Tokenizer tokenizer) {
        return tokenizer.idOf(SpecialTokens.IM_START).isPresent()
                && tokenizer.idOf(SpecialTokens.IM_END).isPresent();
    }

    /** Writes this format as a chat template into a checkpoint folder that has none. */
    public static void writeTemplate(Path folder) throws IOException {
        AtomicFiles.writeString(folder.resolve(ChatTemplateFiles.JINJA), TokenizerFiles.CHATML);
    }

    @Override
    public Encoded encode(Chat chat, TrainedTurns trained) {
        int first = trained == TrainedTurns.ALL ? 0 : chat.messages().size() - 1;
        return turns(chat, first).build();
    }

    @Override
    public int[] prompt(Chat chat) {
        return generationPrompt(chat).build().ids();
    }

    @Override
    public int[] answered(Chat prompt, String completion, boolean ended) {
        EncodedBuilder ids = generationPrompt(prompt).add(true, tokenizer.encode(completion));
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

    /**
     * Returns the message.
     *
     * @throws InputException if it has fields other than role and text
     */
    static Message plain(Message message) {
        if (!message.isPlain()) {
            throw new InputException("a message has %s; without a chat template only role and content are supported"
                    .formatted(String.join(", ", message.fields().keySet())));
        }
        return message;
    }

    static void refuseVariables(Chat chat) {
        if (!chat.variables().isEmpty()) {
            throw new InputException("%s: not supported without a chat template"
                    .formatted(String.join(", ", chat.variables().keySet())));
        }
    }

    private EncodedBuilder generationPrompt(Chat chat) {
        return turns(chat, 0).add(false, start).add(false, tokenizer.encode("assistant\n"));
    }

    private EncodedBuilder turns(Chat chat, int firstTrained) {
        refuseVariables(chat);
        EncodedBuilder ids = new EncodedBuilder();
        for (int i = 0; i < chat.messages().size(); i++) {
            Message message = plain(chat.messages().get(i));
            boolean trained = message.byAssistant() && i >= firstTrained;
            String header = message.role() + "\n";
            ids.add(false, start);
            if (message.byAssistant()) {
                ids.add(false, tokenizer.encode(header)).add(trained, tokenizer.encode(message.content()));
            } else {
                ids.add(false, tokenizer.encode(header + message.content()));
            }
            ids.add(trained, end).add(false, newline);
        }
        return ids;
    }

    private static int required(Tokenizer tokenizer, String token) {
        return tokenizer
                .idOf(token)
                .orElseThrow(() -> new InputException(
                        ("the tokenizer has no %s, which ChatML needs; use a tokenizer with ChatML's tokens, or the "
                                        + "plain"
                                        + " format")
                                .formatted(token)));
    }
}

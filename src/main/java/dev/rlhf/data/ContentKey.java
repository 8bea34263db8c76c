package dev.rlhf.data;

import dev.rlhf.base.Sha256;
import dev.rlhf.text.Message;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Keys of prompts and documents that depend on their content only, not on ids or files: rows with equal keys are in the
 * same part of every split. Texts are compared in Unicode's NFC, with each run of white space as one space and none at
 * the ends; letter case matters. A prompt is the conversation up to the last assistant turn, including roles; tools and
 * template variables do not matter.
 *
 * <p>A key is the first 128 bits of the content's SHA-256 in hexadecimal.
 */
public final class ContentKey {
    private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

    private ContentKey() {}

    /** Returns the key of a document. */
    public static String ofText(String text) {
        return hash("text\n" + normal(text));
    }

    /** Returns the key of a conversation that the assistant is to continue. */
    public static String ofPrompt(List<Message> messages) {
        return hash(messages.stream()
                .map(message -> "message\n"
                        + message.role()
                        + "\n"
                        + normal(
                                message.isPlain()
                                        ? message.content()
                                        : message.fields().toString()))
                .collect(Collectors.joining("\n")));
    }

    /**
     * Returns the key of the prompt of a row's last answer: its messages before the last assistant turn or, in a row of
     * token ids, the ids before the last run of trained tokens. A row without a prompt has the key of the whole row;
     * otherwise all such rows would be on the same side of a split.
     */
    public static String of(SftRow row) {
        return switch (row) {
            case SftRow.PromptResponse pair ->
                ofConversation(List.of(Message.user(pair.prompt()), Message.assistant(pair.response())));
            case SftRow.Conversation conversation -> ofConversation(conversation.messages());
            case SftRow.PromptCompletion pair -> ofConversation(pair.chat().messages());
            case SftRow.TokenIds tokens -> {
                int end = tokens.labels().length;
                while (end > 0 && tokens.labels()[end - 1] == Example.IGNORED) {
                    end--;
                }
                while (end > 0 && tokens.labels()[end - 1] != Example.IGNORED) {
                    end--;
                }
                int[] ids = tokens.inputIds();
                yield hash("ids\n" + Arrays.toString(end == 0 ? ids : Arrays.copyOf(ids, end)));
            }
        };
    }

    private static String ofConversation(List<Message> messages) {
        int last = messages.size() - 1;
        while (last > 0 && !messages.get(last).byAssistant()) {
            last--;
        }
        List<Message> prompt = messages.subList(0, last);
        boolean empty = prompt.stream()
                .allMatch(message -> message.isPlain() && message.content().isBlank());
        return ofPrompt(empty ? messages : prompt);
    }

    private static String normal(String text) {
        return SPACE.matcher(Normalizer.normalize(text, Normalizer.Form.NFC))
                .replaceAll(" ")
                .strip();
    }

    private static String hash(String content) {
        byte[] digest = Sha256.of(content);
        return HexFormat.of().formatHex(digest, 0, 16);
    }
}

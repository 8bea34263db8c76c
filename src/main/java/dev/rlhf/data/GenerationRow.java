package dev.rlhf.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.text.Chat;
import dev.rlhf.text.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row that a model is to continue: {@code prompt}, {@code messages} or {@code input_ids}; a file may mix them. The
 * other fields of prompts and questions ({@link PromptRow}) are allowed and ignored.
 *
 * @param id as in the file, of any JSON type; null if absent
 * @param origin the row's place; null for a typed prompt
 */
public record GenerationRow(@Nullable JsonNode id, @Nullable Origin origin, Content content) {
    /** The content to continue. */
    public sealed interface Content {
        /**
         * A conversation; {@code prompt} in the file is one user message.
         *
         * @param templateFields the row's other fields for the chat template: {@code tools}, {@code documents},
         *     {@code chat_template_kwargs}
         */
        record Conversation(List<Message> messages, Map<String, Object> templateFields) implements Content {
            public Conversation {
                messages = List.copyOf(messages);
                templateFields = JsonRow.copy(templateFields);
            }

            /** Returns the conversation with its template variables. */
            public Chat chat() {
                return new Chat(messages, ConversationFields.templateVariables(templateFields));
            }

            /** Returns whether it is a single plain user message. */
            public boolean isPlain() {
                return messages.size() == 1
                        && messages.getFirst().isPlain()
                        && messages.getFirst().role().equals("user")
                        && templateFields.isEmpty();
            }
        }

        /** Token ids, at least one, none negative; no tokenizer is needed. */
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record TokenIds(int[] ids) implements Content {}
    }

    /** Makes a row from a prompt that was typed. */
    public static GenerationRow typed(String prompt) {
        return new GenerationRow(null, null, new Content.Conversation(List.of(Message.user(prompt)), Map.of()));
    }

    /**
     * Reads all rows of a file.
     *
     * @throws InputException with file and line
     */
    public static List<GenerationRow> read(Path path) {
        return JsonLines.read(path, GenerationRow::parse);
    }

    /** Returns an error about this row, to be thrown by the caller. */
    public InputException error(String what) {
        return origin == null ? new InputException(what) : origin.error(what);
    }

    private static GenerationRow parse(JsonRow row) {
        JsonNode id = row.optionalJson("id");
        row.optionalString("subject");
        row.optionalString("reference");
        row.optionalStrings("answers");
        row.meta();
        return new GenerationRow(id, row.origin(), content(row));
    }

    private static Content content(JsonRow row) {
        if (row.has("input_ids")) {
            if (row.has("prompt") || row.has("messages")) {
                throw row.error("a row has either \"prompt\", or \"messages\", or \"input_ids\"");
            }
            return new Content.TokenIds(row.tokenIds("input_ids"));
        }
        return row.has("question")
                ? new Content.Conversation(
                        List.of(Message.user(
                                QuestionRow.prompt(row.optionalString("context"), row.string("question")))),
                        Map.of())
                : new Content.Conversation(
                        ConversationFields.promptOrMessages(row), ConversationFields.templateFields(row));
    }
}

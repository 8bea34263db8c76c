package dev.rlhf.data;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rlhf.base.InputException;
import dev.rlhf.text.Chat;
import dev.rlhf.text.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A row to fine-tune on, in one of four forms; a file may mix them. Every row may also have {@code id} and {@code
 * meta}, which training ignores.
 */
public sealed interface SftRow {
    /** {@code {"prompt": …, "response": …}}; the response may also be called {@code completion}, as in TRL. */
    record PromptResponse(String prompt, String response) implements SftRow {}

    /**
     * {@code {"messages": […]}} with at least one assistant message.
     *
     * @param templateFields the row's other fields for the chat template, as in the file: {@code tools}, {@code
     *     documents}, {@code chat_template_kwargs}
     */
    record Conversation(
            List<Message> messages, @JsonAnyGetter Map<String, Object> templateFields) implements SftRow {
        public Conversation {
            messages = List.copyOf(messages);
            templateFields = JsonRow.copy(templateFields);
        }

        /** Returns the conversation with its template variables. */
        public Chat chat() {
            return new Chat(messages, ConversationFields.templateVariables(templateFields));
        }
    }

    /**
     * {@code {"prompt": […], "completion": […]}}, TRL's conversational form of prompt and completion. Only the
     * completion is trained on, even if the assistant also speaks in the prompt.
     *
     * @param templateFields as in {@link Conversation}
     */
    record PromptCompletion(List<Message> prompt, Message completion, Map<String, Object> templateFields)
            implements SftRow {
        public PromptCompletion {
            prompt = List.copyOf(prompt);
            templateFields = JsonRow.copy(templateFields);
        }

        /** Returns the whole conversation with its template variables. */
        public Chat chat() {
            return new Chat(prompt, ConversationFields.templateVariables(templateFields)).and(completion);
        }
    }

    /**
     * {@code {"input_ids": […], "labels": […]}}, for models without tokenizer files.
     *
     * @param labels as long as the ids: the id of a token that is trained on, {@link Example#IGNORED} for the others
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record TokenIds(@JsonProperty("input_ids") int[] inputIds, int[] labels) implements SftRow {}

    /**
     * Reads all rows of a file with their places.
     *
     * @throws InputException with file and line
     */
    static List<Located<SftRow>> readLocated(Path path) {
        return JsonLines.read(path, row -> Located.of(row, parse(row)));
    }

    /** Reads one row. */
    static SftRow parse(JsonRow row) {
        row.id();
        row.meta();
        if (row.has("input_ids")) {
            return tokenIds(row, row.ints("input_ids"), row.ints("labels"));
        }
        if (row.has("messages")) {
            List<Message> messages = ConversationFields.messages(row, "messages");
            if (messages.stream().noneMatch(Message::byAssistant)) {
                throw row.error("\"messages\" has no assistant message, so there is nothing to learn");
            }
            return new Conversation(messages, ConversationFields.templateFields(row));
        }
        return answered(row);
    }

    /** Continues the message for rows of a format of other programs. */
    private static String otherFormat(JsonRow row) {
        String convert = ", which docs/how-to/own-model-and-data.md converts with jq";
        if (row.has("text")) {
            return "; pretrain reads rows of \"text\"";
        }
        if (row.has("instruction") && row.has("output")) {
            return "; this is Alpaca's format" + convert;
        }
        return row.has("conversations") ? "; this is ShareGPT's format" + convert : "";
    }

    private static SftRow answered(JsonRow row) {
        boolean completed = row.has("completion");
        if (!row.has("prompt") && !row.has("response") && !completed) {
            throw row.error("a row has \"prompt\" and \"response\", or \"messages\", or \"input_ids\" and \"labels\""
                    + otherFormat(row));
        }
        row.know("prompt", "response", "completion");
        if (completed && row.has("response")) {
            throw row.error("\"response\" and \"completion\" are the same; give one of them");
        }
        String field = completed ? "completion" : "response";
        Map<String, Object> fields = ConversationFields.templateFields(row);
        if (ConversationFields.isList(row, "prompt")) {
            return new PromptCompletion(
                    ConversationFields.promptOrMessages(row), ConversationFields.completion(row, field), fields);
        }
        String prompt = row.string("prompt");
        String response = row.string(field);
        return fields.isEmpty()
                ? new PromptResponse(prompt, response)
                : new Conversation(List.of(Message.user(prompt), Message.assistant(response)), fields);
    }

    private static TokenIds tokenIds(JsonRow row, int[] ids, int[] labels) {
        if (ids.length == 0 || ids.length != labels.length) {
            throw row.error("\"input_ids\" has %d elements and \"labels\" %d; they must be equally long and not empty"
                    .formatted(ids.length, labels.length));
        }
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0) {
                throw row.error("\"input_ids\"[%d] is negative".formatted(i));
            }
            if (labels[i] != ids[i] && labels[i] != Example.IGNORED) {
                throw row.error("\"labels\"[%d] is %d; it must be %d (not trained on) or the id at its place, %d"
                        .formatted(i, labels[i], Example.IGNORED, ids[i]));
            }
        }
        return new TokenIds(ids, labels);
    }
}

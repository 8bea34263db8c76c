package dev.rlhf.data;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rlhf.base.InputException;
import dev.rlhf.text.Chat;
import dev.rlhf.text.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A conversation that the model is to continue.
 *
 * @param id as in the file; null if absent
 * @param messages the conversation; {@code "prompt"} in the file is one user message
 * @param answers the accepted answers, for comparison; empty if the answer cannot be known, null if the file does not
 *     say. {@code "reference"} in the file is a single answer
 * @param subject the topic of the prompt
 * @param meta notes, strings by name
 * @param templateFields the row's other fields for the chat template: {@code tools}, {@code documents},
 *     {@code chat_template_kwargs}
 * @param context the passage with which the last message begins, if the row is a question about one; otherwise null
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PromptRow(
        @Nullable String id,
        List<Message> messages,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> answers,
        @Nullable String subject,
        Map<String, String> meta,
        @JsonAnyGetter Map<String, Object> templateFields,
        @JsonIgnore @Nullable String context) {

    /** Makes a row without template fields and passage. */
    public PromptRow(
            @Nullable String id,
            List<Message> messages,
            @Nullable List<String> answers,
            @Nullable String subject,
            Map<String, String> meta) {
        this(id, messages, answers, subject, meta, Map.of(), null);
    }

    public PromptRow {
        messages = List.copyOf(messages);
        answers = answers == null ? null : List.copyOf(answers);
        meta = JsonRow.copy(meta);
        templateFields = JsonRow.copy(templateFields);
    }

    /** Returns the conversation with its template variables. */
    public Chat chat() {
        return new Chat(messages, ConversationFields.templateVariables(templateFields));
    }

    /**
     * Reads all prompts of a file with their places. A question ({@link QuestionRow}) is a prompt too.
     *
     * @throws InputException with file and line
     */
    public static List<Located<PromptRow>> readLocated(Path path) {
        return JsonLines.read(path, row -> Located.of(row, parse(row)));
    }

    /** Returns what identifies the prompt: its id, otherwise the whole conversation. */
    public String key() {
        return id != null ? id : chat().key();
    }

    /** Returns the last message as a question, without the passage before it. */
    public QuestionRow asQuestion(List<String> accepted) {
        String text = messages.getLast().content();
        String question = context == null
                ? text
                : text.substring(QuestionRow.prompt(context, "").length());
        return new QuestionRow(id, question, accepted, subject, context, meta);
    }

    /** Reads one row. */
    static PromptRow parse(JsonRow row) {
        if (row.has("question")) {
            return QuestionRow.parse(row).asPrompt();
        }
        return new PromptRow(
                row.id(),
                ConversationFields.promptOrMessages(row),
                answers(row),
                row.optionalString("subject"),
                row.meta(),
                ConversationFields.templateFields(row),
                null);
    }

    private static @Nullable List<String> answers(JsonRow row) {
        String reference = row.optionalString("reference");
        if (reference == null) {
            return row.optionalStrings("answers");
        }
        if (row.has("answers")) {
            throw row.error("a row has \"reference\" or \"answers\", not both");
        }
        return List.of(reference);
    }
}

package dev.rlhf.data;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
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
 * @param id as the file has it
 * @param messages the conversation; {@code "prompt"} in the file is one user message
 * @param answers what would be right, for comparison; empty if nobody can know, null if the file does not say.
 *     {@code "reference"} in the file is a single one
 * @param subject what it is about
 * @param meta notes, strings by name
 * @param templateFields what the row has for the chat template besides the messages: {@code tools}, {@code documents},
 *     {@code chat_template_kwargs}
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PromptRow(
        @Nullable String id,
        List<Message> messages,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> answers,
        @Nullable String subject,
        Map<String, String> meta,
        @JsonAnyGetter Map<String, Object> templateFields) {

    /** A row that has nothing for the template but its messages. */
    public PromptRow(
            @Nullable String id,
            List<Message> messages,
            @Nullable List<String> answers,
            @Nullable String subject,
            Map<String, String> meta) {
        this(id, messages, answers, subject, meta, Map.of());
    }

    public PromptRow {
        messages = List.copyOf(messages);
        answers = answers == null ? null : List.copyOf(answers);
        meta = Map.copyOf(meta);
        templateFields = Map.copyOf(templateFields);
    }

    /** The conversation, with what the row says besides. */
    public Chat chat() {
        return new Chat(messages, JsonRow.templateVariables(templateFields));
    }

    /**
     * All prompts of a file. A row of questions ({@link QuestionRow}) is a prompt too.
     *
     * @throws InputException with file and line
     */
    public static List<PromptRow> read(Path path) {
        return JsonLines.read(path, PromptRow::parse);
    }

    /** What tells this prompt from others: its id, else the whole conversation. */
    public String key() {
        return id != null ? id : chat().key();
    }

    /** One row, asked for its fields. */
    static PromptRow parse(JsonRow row) {
        if (row.has("question")) {
            return QuestionRow.parse(row).asPrompt();
        }
        return new PromptRow(
                row.id(),
                row.promptOrMessages(),
                answers(row),
                row.optionalString("subject"),
                row.meta(),
                row.templateFields());
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

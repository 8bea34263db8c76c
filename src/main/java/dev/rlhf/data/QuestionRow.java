package dev.rlhf.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rlhf.base.InputException;
import dev.rlhf.text.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question and its right answers.
 *
 * @param id as in the file; null if absent
 * @param answers every wording that counts as right; empty if the answer cannot be known
 * @param subject the entity that the question is about
 * @param meta notes, strings by name, such as {@code relation}, {@code wording}, {@code split}
 */
public record QuestionRow(
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String id,
        String question,
        List<String> answers,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String subject,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> meta) {

    public QuestionRow {
        answers = List.copyOf(answers);
        meta = Map.copyOf(meta);
    }

    /**
     * Reads all questions of a file.
     *
     * @throws InputException with file and line
     */
    public static List<QuestionRow> read(Path path) {
        return JsonLines.read(path, QuestionRow::parse);
    }

    /** Returns the question as a prompt. */
    public PromptRow asPrompt() {
        return new PromptRow(id, List.of(Message.user(question)), answers, subject, meta);
    }

    /** Returns what identifies the question: its id, or else its text. */
    public String key() {
        return id != null ? id : question;
    }

    static QuestionRow parse(JsonRow row) {
        String question = row.string("question");
        if (question.isBlank()) {
            throw row.error("\"question\" is empty");
        }
        return new QuestionRow(row.id(), question, row.strings("answers"), row.optionalString("subject"), row.meta());
    }
}

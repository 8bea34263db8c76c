package dev.rlhf.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rlhf.base.InputException;
import dev.rlhf.text.Message;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A question and its accepted answers.
 *
 * @param id as in the file; null if absent
 * @param answers all accepted answers; empty if the answer cannot be known
 * @param subject the entity that the question is about
 * @param context a passage that the question is about, shown before it; null if the question stands alone
 * @param meta notes, strings by name, such as {@code relation}, {@code wording}, {@code split}
 */
public record QuestionRow(
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String id,
        String question,
        List<String> answers,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String subject,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String context,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> meta) {

    /** Makes a question without a context. */
    public QuestionRow(
            @Nullable String id,
            String question,
            List<String> answers,
            @Nullable String subject,
            Map<String, String> meta) {
        this(id, question, answers, subject, null, meta);
    }

    public QuestionRow {
        answers = List.copyOf(answers);
        meta = JsonRow.copy(meta);
    }

    /**
     * Reads all questions of a file that may also have prompts ({@link PromptRow}) with accepted answers.
     *
     * @throws InputException with file and line, also if a row has no accepted answers, or two rows share an id
     */
    public static List<QuestionRow> readAny(Path path) {
        Set<String> keys = new HashSet<>();
        return JsonLines.read(path, row -> {
            QuestionRow question = row.has("question") ? parse(row) : ofPrompt(row, PromptRow.parse(row));
            if (!keys.add(question.key())) {
                throw row.error("two questions have the id \"" + question.key() + "\"");
            }
            return question;
        });
    }

    private static QuestionRow ofPrompt(JsonRow row, PromptRow prompt) {
        if (prompt.answers() == null || prompt.messages().size() != 1) {
            throw row.error("a row is one question with \"answers\" (an empty list if nobody can know)");
        }
        return new QuestionRow(
                prompt.id(), prompt.messages().getFirst().content(), prompt.answers(), prompt.subject(), prompt.meta());
    }

    /** Returns what the model is asked: the question, after its context if it has one. */
    public String prompt() {
        return prompt(context, question);
    }

    static String prompt(@Nullable String context, String question) {
        return context == null ? question : context + "\n\n" + question;
    }

    /** Returns the question as a prompt. */
    public PromptRow asPrompt() {
        return new PromptRow(id, List.of(Message.user(prompt())), answers, subject, meta, Map.of(), context);
    }

    /** Returns what identifies the question: its id, otherwise its text with its context. */
    public String key() {
        return id != null ? id : prompt();
    }

    static QuestionRow parse(JsonRow row) {
        String question = row.string("question");
        if (question.isBlank()) {
            throw row.error("\"question\" is empty");
        }
        return new QuestionRow(
                row.id(),
                question,
                row.strings("answers"),
                row.optionalString("subject"),
                row.optionalString("context"),
                row.meta());
    }
}

package dev.rlhf.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A question and a completion that is to be judged.
 *
 * @param origin the row's place
 * @param id as in the file, of any JSON type; null if absent
 * @param context the passage that the question is about; null if there is none
 * @param question without its passage; null if absent
 * @param answers all accepted answers; empty if the answer cannot be known; null if absent
 * @param verdict a person's judgement, in lower case: correct, refused or wrong; null if there is none yet
 */
public record AnswerRow(
        Origin origin,
        @Nullable JsonNode id,
        @Nullable String context,
        @Nullable String question,
        @Nullable List<String> answers,
        String completion,
        @Nullable String verdict) {
    private static final List<String> VERDICTS = List.of("correct", "refused", "wrong");

    /** Notes by people, and fields that {@code generate} writes in addition to the completion. */
    private static final List<String> IGNORED =
            List.of("language", "style", "token_ids", "finish_reason", "logprobs", "score", "scores");

    public AnswerRow {
        answers = answers == null ? null : List.copyOf(answers);
    }

    /** Returns what the model was asked: the question, after its passage if it has one; null if absent. */
    public @Nullable String prompt() {
        return question == null ? null : QuestionRow.prompt(context, question);
    }

    /**
     * Reads all rows of a file. A row of {@code generate} has its question as {@code prompt}. A row may also have
     * {@code meta} and the fields of {@link #IGNORED}.
     *
     * @throws dev.rlhf.base.InputException with file and line
     */
    public static List<AnswerRow> read(Path path) {
        return JsonLines.read(path, AnswerRow::parse);
    }

    private static AnswerRow parse(JsonRow row) {
        JsonNode id = row.optionalJson("id");
        row.meta();
        IGNORED.forEach(row::optionalJson);
        String prompt = row.optionalString("prompt");
        String question = row.optionalString("question");
        if (prompt != null && question != null) {
            throw row.error("\"question\" and \"prompt\" are the same; give one of them");
        }
        String label = row.optionalString("verdict");
        String verdict = label == null ? null : label.toLowerCase(Locale.ROOT);
        if (verdict != null && !VERDICTS.contains(verdict)) {
            throw row.error("\"verdict\" must be CORRECT, REFUSED or WRONG, not \"" + label + "\"");
        }
        return new AnswerRow(
                row.origin(),
                id,
                row.optionalString("context"),
                question != null ? question : prompt,
                row.optionalStrings("answers"),
                row.string("completion"),
                verdict);
    }
}

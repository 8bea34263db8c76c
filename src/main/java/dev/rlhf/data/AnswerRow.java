package dev.rlhf.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A completion of a question, to be judged.
 *
 * @param id as the file has it, of any JSON type; null if it has none
 * @param answers every wording that counts as right; empty if nobody can know
 * @param verdict what a person says of it: correct, refused or wrong, in lower case; null if nobody has
 */
public record AnswerRow(
        @Nullable JsonNode id,
        String question,
        List<String> answers,
        String completion,
        @Nullable String verdict) {
    private static final List<String> VERDICTS = List.of("correct", "refused", "wrong");

    public AnswerRow {
        answers = List.copyOf(answers);
    }

    /**
     * All rows of a file. Besides what it says a row may have {@code language}, {@code style} and {@code meta}, notes that are not read.
     *
     * @throws dev.rlhf.base.InputException with file and line
     */
    public static List<AnswerRow> read(Path path) {
        return JsonLines.read(path, AnswerRow::parse);
    }

    private static AnswerRow parse(JsonRow row) {
        JsonNode id = row.optionalJson("id");
        row.meta();
        row.optionalString("language");
        row.optionalString("style");
        String label = row.optionalString("verdict");
        String verdict = label == null ? null : label.toLowerCase(Locale.ROOT);
        if (verdict != null && !VERDICTS.contains(verdict)) {
            throw row.error("\"verdict\" must be CORRECT, REFUSED or WRONG, not \"" + label + "\"");
        }
        return new AnswerRow(id, row.string("question"), row.strings("answers"), row.string("completion"), verdict);
    }
}

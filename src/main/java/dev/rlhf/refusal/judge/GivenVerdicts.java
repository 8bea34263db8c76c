package dev.rlhf.refusal.judge;

import dev.rlhf.base.InputException;
import dev.rlhf.data.AnswerRow;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Verdict;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * People's verdicts on completions, which replace those of the rules. A row counts for the same completion of the same
 * question about the same passage. A row without a passage counts for a question about one only if its id is that of
 * the question, alone or followed by {@code #} and a number. Immutable.
 */
public final class GivenVerdicts {
    static final GivenVerdicts NONE = new GivenVerdicts(List.of());

    private static final Pattern NUMBER = Pattern.compile("#\\d+$");

    /**
     * What a row judges.
     *
     * @param id of the question, in a row without a passage; null: {@code question} is all that was asked
     */
    private record Judged(@Nullable String id, String question, String completion) {
        Judged {
            question = question.strip();
            completion = completion.strip();
        }
    }

    private final List<AnswerRow> rows;
    private final Map<Judged, Verdict> verdicts = new HashMap<>();

    private GivenVerdicts(List<AnswerRow> rows) {
        this.rows = rows;
        for (AnswerRow row : rows) {
            String question = row.question();
            String prompt = row.prompt();
            if (question == null || prompt == null || row.verdict() == null) {
                throw row.origin().error("a verdict needs \"question\", \"completion\" and \"verdict\"");
            }
            Verdict verdict = Verdict.valueOf(row.verdict().toUpperCase(Locale.ROOT));
            verdicts.put(new Judged(null, prompt, row.completion()), verdict);
            for (String id : ids(row)) {
                verdicts.put(new Judged(id, question, row.completion()), verdict);
            }
        }
    }

    /**
     * Reads a file of {@link AnswerRow}s.
     *
     * @throws InputException with file and line if a row has no question or verdict
     */
    public static GivenVerdicts read(Path file) {
        return new GivenVerdicts(AnswerRow.read(file));
    }

    /** Returns the ids that the question of a row without a passage may have; empty with a passage. */
    private static Set<String> ids(AnswerRow row) {
        if (row.context() != null || row.id() == null) {
            return Set.of();
        }
        String id = row.id().asText();
        String whole = NUMBER.matcher(id).replaceFirst("");
        return whole.equals(id) ? Set.of(id) : Set.of(id, whole);
    }

    /** Returns the verdict on a completion; null if there is none. */
    @Nullable
    Verdict find(QuestionRow question, String completion) {
        Verdict verdict = verdicts.get(new Judged(null, question.prompt(), completion));
        return verdict != null || question.context() == null
                ? verdict
                : verdicts.get(new Judged(question.key(), question.question(), completion));
    }

    /**
     * Refuses rows that could belong to several passages.
     *
     * @param questions that are asked
     * @throws InputException if a row has the text of questions about passages, but neither a passage nor the id of one
     */
    public void requirePassages(Collection<QuestionRow> questions) {
        Map<String, List<QuestionRow>> byText = questions.stream()
                .collect(Collectors.groupingBy(question -> question.question().strip()));
        for (AnswerRow row : rows) {
            List<QuestionRow> same =
                    byText.getOrDefault(String.valueOf(row.question()).strip(), List.of());
            Set<String> ids = ids(row);
            if (row.context() == null
                    && !same.isEmpty()
                    && same.stream().allMatch(one -> one.context() != null && !ids.contains(one.key()))) {
                throw row.origin()
                        .error("\"question\" is asked about a passage, which the row lacks; add it as \"context\"");
            }
        }
    }
}

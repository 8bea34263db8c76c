package dev.rlhf.label.judging;

import dev.rlhf.data.Verdict;
import dev.rlhf.label.RankedTask;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A question and one answer to judge.
 *
 * @param id unique within a batch
 * @param answers all accepted answers; empty if the answer cannot be known
 * @param completion the answer to judge
 * @param verdicts by labeler
 */
public record JudgingTask(
        String id, String question, List<String> answers, String completion, Map<String, Verdict> verdicts) {
    /** @throws IllegalArgumentException if the id is not valid or labelers could not read the question */
    public JudgingTask {
        answers = List.copyOf(answers);
        verdicts = Collections.unmodifiableMap(new LinkedHashMap<>(verdicts));
        if (id.isBlank() || id.length() > RankedTask.ID_LIMIT) {
            throw new IllegalArgumentException("\"id\" has 1 to " + RankedTask.ID_LIMIT + " characters");
        }
        if (question.isBlank() || question.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("\"question\" is empty or holds the character NUL");
        }
    }

    /** Returns a task without verdicts. */
    public JudgingTask(String id, String question, List<String> answers, String completion) {
        this(id, question, answers, completion, Map.of());
    }

    /** Returns whether the question, the answers and the completion are those of another task. */
    public boolean sameTexts(JudgingTask other) {
        return question.equals(other.question) && answers.equals(other.answers) && completion.equals(other.completion);
    }

    /** Returns the verdict that more labelers gave than any other; empty without one. */
    public Optional<Verdict> majority() {
        Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
        verdicts.values().forEach(verdict -> counts.merge(verdict, 1, Integer::sum));
        Verdict best = null;
        int most = 0;
        for (Verdict verdict : Verdict.values()) {
            int count = counts.getOrDefault(verdict, 0);
            if (count >= most) {
                best = count == most ? null : verdict;
                most = count;
            }
        }
        return Optional.ofNullable(best);
    }
}

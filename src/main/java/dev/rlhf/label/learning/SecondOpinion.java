package dev.rlhf.label.learning;

import dev.rlhf.label.Ranks;
import java.util.List;

/**
 * A reward model's scores of a task's completions.
 *
 * @param task id of the task in its batch
 * @param scores higher is better; in the order of the task's completions
 */
public record SecondOpinion(String task, List<Double> scores) {
    /** @throws IllegalArgumentException if a score is not finite */
    public SecondOpinion {
        scores = List.copyOf(scores);
        if (!scores.stream().allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("a score is not a finite number");
        }
    }

    /** Returns the competition ranks of the scores, equal scores tied. */
    public static List<Integer> ranks(List<Double> scores) {
        return Ranks.of(scores.stream()
                .map(score ->
                        (int) scores.stream().filter(other -> other > score).count())
                .toList());
    }
}

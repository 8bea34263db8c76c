package dev.rlhf.label;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a task asks for beside an order.
 *
 * @param topK how many of the best may be ranked alone; null: all are ranked
 * @param strength whether two completions are compared on a scale
 * @param scores whether completions may be given a score
 * @param flags words a completion may be flagged with
 */
public record Form(@Nullable Integer topK, boolean strength, boolean scores, List<String> flags) {
    public Form {
        flags = List.copyOf(flags);
    }

    /** The form of a batch's task with so many completions. */
    public static Form of(BatchSettings batch, int completions) {
        Integer topK = batch.topK();
        return new Form(
                topK == null || topK >= completions ? null : topK,
                batch.strength() && completions == 2,
                batch.scores(),
                batch.flags());
    }

    /**
     * Lets pass what was asked for.
     *
     * @throws IllegalArgumentException for anything else
     */
    public void check(Judgement judgement) {
        Integer ranked = judgement.topK();
        if (ranked != null && topK == null) {
            throw new IllegalArgumentException("every completion of this task needs a rank");
        }
        if (ranked != null && !ranked.equals(topK)) {
            throw new IllegalArgumentException(
                    ranked + " completions have a rank; rank the best " + topK + ", or all of them");
        }
        if (judgement.strength() != null && !strength) {
            throw new IllegalArgumentException("this task does not ask for \"strength\"");
        }
        if (judgement.scores() != null && !scores) {
            throw new IllegalArgumentException("this task does not ask for \"scores\"");
        }
        for (List<String> words : judgement.flags()) {
            for (String word : words) {
                if (!flags.contains(word)) {
                    throw new IllegalArgumentException("flag '" + word + "' is unknown; this task has "
                            + (flags.isEmpty() ? "none" : String.join(", ", flags)));
                }
            }
        }
    }
}

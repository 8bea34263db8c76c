package dev.rlhf.label;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The questions a task asks in addition to the order.
 *
 * @param topK number of best completions that may be ranked alone; null: all are ranked
 * @param strength whether the strength of preference between two completions is asked for
 * @param scores whether completions may be given scores
 * @param flags words with which a completion may be flagged
 * @param demonstrations whether the labeler may write a better answer
 * @param verdict whether the task asks for a verdict on its only completion instead of an order
 */
public record Form(
        @Nullable Integer topK,
        boolean strength,
        boolean scores,
        List<String> flags,
        boolean demonstrations,
        boolean verdict) {
    public Form {
        flags = List.copyOf(flags);
    }

    /** Returns the form of a batch's task with this number of completions. */
    public static Form of(BatchSettings batch, int completions) {
        Integer topK = batch.topK();
        return new Form(
                topK == null || topK >= completions ? null : topK,
                batch.strength() && completions == 2,
                batch.scores(),
                batch.flags(),
                batch.demonstrations(),
                false);
    }

    /** Returns the form of a judging task. */
    public static Form verdict(BatchSettings batch) {
        return new Form(null, false, false, batch.flags(), false, true);
    }

    /**
     * Checks that a judgement answers only what was asked.
     *
     * @throws IllegalArgumentException if it does not
     */
    public void check(Judgement judgement) {
        if (judgement.kind().takesPlace() && (judgement.kind() == LabelKind.VERDICT) != verdict) {
            throw new IllegalArgumentException(
                    verdict ? "this task asks for a verdict" : "this task asks for a ranking");
        }
        if (judgement.demonstration() != null && !demonstrations) {
            throw new IllegalArgumentException("this task does not ask for a \"demonstration\"");
        }
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

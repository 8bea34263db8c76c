package dev.rlhf.label.api;

import org.jspecify.annotations.Nullable;

/**
 * The thresholds ("lines") below which a labeler is paused, and the quiz before the first task. Shares are 0 to 1.
 * @param gold minimum share of pairs ordered as in the known ranks of gold tasks; null: nobody is paused for it
 * @param agreement minimum share of pairs ordered as by the other labelers of a task, where ties count half; null:
 *     nobody is paused for it
 * @param after number of tasks that must be compared before a labeler is paused
 * @param quiz number of gold tasks that a labeler ranks before all others; 0: none
 */
public record QualityLines(@Nullable Double gold, @Nullable Double agreement, int after, int quiz) {
    /** No thresholds and no quiz. */
    public static final QualityLines NONE = new QualityLines(null, null, 10, 0);

    /** @throws IllegalArgumentException if a value is out of bounds */
    public QualityLines {
        check("gold", gold);
        check("agreement", agreement);
        if (after < 1 || after > 50) {
            throw new IllegalArgumentException("after is " + after + "; it is 1 to 50");
        }
        if (quiz < 0 || quiz > 50) {
            throw new IllegalArgumentException("quiz is " + quiz + "; it is 0 to 50");
        }
    }

    private static void check(String name, @Nullable Double share) {
        if (share != null && !(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(name + " is " + share + "; it is above 0 and at most 1");
        }
    }

    /** Returns the thresholds as text, for the audit table. */
    public String words() {
        return "gold " + gold + ", agreement " + agreement + ", after " + after + ", quiz " + quiz;
    }
}

package dev.rlhf.label.assignment;

import org.jspecify.annotations.Nullable;

/**
 * Limits of a labeler's work. For one labeler, null is the project's limit; for the project, null is no limit.
 *
 * @param tasksPerDay labelled tasks per day; skipped tasks do not count; 0: no limit
 * @param tasksTotal labelled tasks in all, imported ones included; 0: no limit
 * @param minutesPerDay minutes of active time per day; 0: no limit
 */
public record Quota(
        @Nullable Integer tasksPerDay,
        @Nullable Integer tasksTotal,
        @Nullable Integer minutesPerDay) {
    /** No limits of one's own. */
    public static final Quota NONE = new Quota(null, null, null);

    private static final int LIMIT = 1_000_000;

    /** @throws IllegalArgumentException if a value is out of bounds */
    public Quota {
        check("tasks_per_day", tasksPerDay, LIMIT);
        check("tasks_total", tasksTotal, LIMIT);
        check("minutes_per_day", minutesPerDay, 1440);
    }

    private static void check(String name, @Nullable Integer value, int limit) {
        if (value != null && (value < 0 || value > limit)) {
            throw new IllegalArgumentException(name + " is " + value + "; it is 1 to " + limit + ", or 0 for no limit");
        }
    }

    /** Returns these limits, with the project's limits for those that are null. */
    public Quota within(Quota project) {
        return new Quota(
                tasksPerDay == null ? project.tasksPerDay : tasksPerDay,
                tasksTotal == null ? project.tasksTotal : tasksTotal,
                minutesPerDay == null ? project.minutesPerDay : minutesPerDay);
    }

    /** Returns the limits as text, for the audit table. */
    public String words() {
        return "tasks_per_day " + word(tasksPerDay) + ", tasks_total " + word(tasksTotal) + ", minutes_per_day "
                + word(minutesPerDay);
    }

    private static String word(@Nullable Integer value) {
        return value == null ? "default" : value == 0 ? "none" : value.toString();
    }
}

package dev.rlhf.label.api;

/**
 * Numbers of tasks that a labeler may still be given, counted up to {@link #LIMIT}.
 *
 * @param open tasks of running batches, with the gold tasks that will come between them
 * @param paused tasks of paused batches
 */
public record TasksLeft(int open, int paused) {
    /** Counting stops here, so that it takes as long in a large store as in a small one. */
    public static final int LIMIT = 100;
}

package dev.rlhf.train;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Counts the updates of a run that were applied, and those that were skipped because their gradients were not finite,
 * including those before the run was resumed. One thread at a time.
 */
final class UpdateCounts {
    /** Name of the number of skipped updates, in metrics and in a saved state. */
    static final String SKIPPED = "skipped_steps";

    private static final String APPLIED = "applied_steps";
    private static final String SKIPPED_IN_ROW = "skipped_in_row";
    private static final long SKIPPED_IN_ROW_LIMIT = 3;

    private final Trainer trainer;
    private long skippedBefore; // in earlier processes
    private long appliedBefore;
    private long skippedAtLastStep;
    private long appliedAtLastStep;
    private long skippedInRow; // steps up to the last one in which nothing was updated

    UpdateCounts(Trainer trainer) {
        this.trainer = trainer;
    }

    /** Restores the counts of a state that was saved after step {@code done}. */
    void restore(ObjectNode counters, long done) {
        skippedBefore = counters.path(SKIPPED).asLong();
        long uncounted = Math.max(0, done - skippedBefore); // states of older versions have no count
        appliedBefore = counters.path(APPLIED).asLong(uncounted);
        skippedInRow = counters.path(SKIPPED_IN_ROW).asLong();
    }

    void save(ObjectNode counters) {
        counters.put(SKIPPED, skipped());
        counters.put(APPLIED, applied());
        counters.put(SKIPPED_IN_ROW, skippedInRow);
    }

    /** Counts a step of the trainer, and returns whether an update was skipped in it. */
    boolean countStep() {
        boolean skipped = trainer.skippedSteps() > skippedAtLastStep;
        boolean applied = trainer.appliedSteps() > appliedAtLastStep;
        skippedInRow = skipped && !applied ? skippedInRow + 1 : 0;
        skippedAtLastStep = trainer.skippedSteps();
        appliedAtLastStep = trainer.appliedSteps();
        return skipped;
    }

    long skipped() {
        return skippedBefore + trainer.skippedSteps();
    }

    private long applied() {
        return appliedBefore + trainer.appliedSteps();
    }

    /**
     * Returns why a run of {@code steps} steps has no model worth saving; empty if it has one. A single batch can
     * overflow, but if all of the last three did, or all of the last half of a shorter run, the model is useless.
     */
    String failure(long steps) {
        if (applied() == 0) {
            return "none of the %d updates was applied".formatted(steps);
        }
        boolean diverged = skippedInRow >= Math.min(SKIPPED_IN_ROW_LIMIT, (steps + 1) / 2);
        return diverged ? "the last %d updates were skipped".formatted(skippedInRow) : "";
    }
}

package dev.rlhf.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

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
    private List<Optimizer.Counts> atLastStep;
    private long skippedInRow; // steps up to the last one in which some optimizer skipped all of its own

    UpdateCounts(Trainer trainer) {
        this.trainer = trainer;
        this.atLastStep = trainer.stepCounts();
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
        List<Optimizer.Counts> now = trainer.stepCounts();
        boolean anySkipped = false;
        boolean anyStuck = false;
        for (int i = 0; i < now.size(); i++) {
            boolean skipped = now.get(i).skipped() > atLastStep.get(i).skipped();
            boolean applied = now.get(i).applied() > atLastStep.get(i).applied();
            anySkipped |= skipped;
            anyStuck |= skipped && !applied;
        }
        skippedInRow = anyStuck ? skippedInRow + 1 : 0;
        atLastStep = now;
        return anySkipped;
    }

    long skipped() {
        return skippedBefore
                + trainer.stepCounts().stream()
                        .mapToLong(Optimizer.Counts::skipped)
                        .sum();
    }

    /** Returns the applied updates; with several optimizers, the fewest of any. */
    private long applied() {
        return appliedBefore
                + trainer.stepCounts().stream()
                        .mapToLong(Optimizer.Counts::applied)
                        .min()
                        .orElse(0);
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

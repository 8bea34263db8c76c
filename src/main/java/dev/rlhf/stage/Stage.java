package dev.rlhf.stage;

/**
 * One step of post-training. A stage is stateless: all it needs is in its options and its context, all it leaves is in its
 * output folder and its result.
 *
 * @param <O> the record that holds every option of the stage
 */
@FunctionalInterface
public interface Stage<O extends Record> {
    /**
     * Runs to the end, or until {@link StageContext#stopRequested()}, when it saves what a later run needs to go on exactly
     * and throws {@link InterruptedRunException}.
     *
     * @throws dev.rlhf.base.InputException if what the user gave is wrong
     */
    StageResult run(O options, StageContext context) throws Exception;

    /**
     * Number of the format and meaning of what the stage leaves in its output folder. Raise it when a change to the program makes
     * results of earlier versions wrong or unreadable for this one: only then is a finished stage run again after an upgrade.
     */
    default int format() {
        return 1;
    }
}

package dev.rlhf.stage;

import java.util.Optional;

/**
 * One step of post-training. A stage is stateless: its input is in its options and its context, its output in its
 * output folder and its result.
 *
 * @param <O> the record of the stage's options
 */
@FunctionalInterface
public interface Stage<O extends Record> {
    /**
     * Runs to the end, or until {@link StageContext#stopRequested()}: then it saves what a later run needs to resume
     * exactly, and throws {@link InterruptedRunException}.
     *
     * @throws dev.rlhf.base.InputException if the user's input is wrong
     */
    StageResult run(O options, StageContext context) throws Exception;

    /**
     * Returns what a run with these options leaves, so that a recipe that expects anything else is refused before it
     * runs; empty if that is unknown.
     */
    default Optional<StageOutputs> outputs(O options) {
        return Optional.empty();
    }

    /**
     * Returns the number of the format and meaning of the files in the stage's output folder. Raise it when a change
     * makes results of earlier versions wrong or unreadable: only then does a finished stage run again after an
     * upgrade.
     */
    default int format() {
        return 1;
    }
}

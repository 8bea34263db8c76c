package dev.rlhf.train;

import dev.rlhf.base.FailedRunException;
import dev.rlhf.stage.InterruptedRunException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes a trained model. {@link TrainingLoop} calls it right after the last step, before anything else is computed, so that
 * nothing computed afterwards can cost the model.
 */
@FunctionalInterface
public interface ModelSaver {
    /** Writes the model and returns its folder. */
    Path save() throws IOException;

    /** What follows training: an evaluation, say. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /**
     * Runs what follows training.
     *
     * @param model where the model is
     * @throws FailedRunException saying that the model is there, if {@code work} fails
     */
    static <T> T afterwards(Path model, Work<T> work) {
        try {
            return work.run();
        } catch (IOException | RuntimeException e) {
            throw failure(model, e);
        }
    }

    /** The failure of what followed training; an interruption and a failed run stay what they are. */
    static RuntimeException failure(Path model, Exception cause) {
        if (cause instanceof InterruptedRunException interrupted) {
            return interrupted;
        }
        if (cause instanceof FailedRunException failed) {
            return failed;
        }
        String what = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new FailedRunException(
                "training is done and the model is in " + model + ", but what follows it failed: " + what, cause);
    }
}

package dev.rlhf.train;

import dev.rlhf.base.FailedRunException;
import dev.rlhf.stage.InterruptedRunException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes a trained model. {@link TrainingLoop} calls it right after the last step, so that no later failure can lose
 * the model.
 */
@FunctionalInterface
public interface ModelSaver {
    /** Writes the model and returns its folder. */
    Path save() throws IOException;

    /** Work after training, such as an evaluation. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /**
     * Runs work that follows training.
     *
     * @param model folder of the saved model
     * @throws FailedRunException that names the saved model, if {@code work} fails
     */
    static <T> T afterwards(Path model, Work<T> work) {
        try {
            return work.run();
        } catch (IOException | RuntimeException e) {
            throw failure(model, e);
        }
    }

    /** Returns the failure of work after training; an interruption or a failed run is returned unchanged. */
    static RuntimeException failure(Path model, Exception cause) {
        if (cause instanceof InterruptedRunException interrupted) {
            return interrupted;
        }
        if (cause instanceof FailedRunException failed) {
            return failed;
        }
        String what = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new FailedRunException(
                "training is done and the model is in " + model + ", but a later step failed: " + what, cause);
    }
}

package dev.rlhf.recipe;

import dev.rlhf.stage.InterruptedRunException;
import dev.rlhf.stage.WaitingForPeopleException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The end of a run: the outcomes of the stages that finished and, if not all did, why the next one did not.
 *
 * @param outcomes of the first stages of the recipe, in order
 * @param stop why the stage after those did not finish; empty if all did
 */
record RunResult(Recipe recipe, List<StageOutcome> outcomes, Optional<Stop> stop) {
    static final String REPORT = "report";

    /**
     * Why a stage did not finish.
     *
     * @param seconds wall time of this attempt; 0 if the stage was not started
     */
    record Stop(Throwable cause, double seconds) {
        /** Returns whether nothing failed: the user interrupted the run, or people have to label first. */
        boolean isPause() {
            return cause instanceof InterruptedRunException || cause instanceof WaitingForPeopleException;
        }

        String message() {
            String message = cause.getMessage();
            return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
        }

        /** Returns the message's first line. */
        String line() {
            return message().strip().lines().findFirst().orElse("");
        }
    }

    RunResult {
        outcomes = List.copyOf(outcomes);
    }

    /** Returns the name of the recipe's file without its suffix; without a file, the name of the first stage. */
    String name() {
        String file = recipe.source()
                .map(Path::getFileName)
                .map(Path::toString)
                .orElse(recipe.stages().getFirst().name());
        return file.replaceFirst("\\.ya?ml$", "");
    }

    /**
     * Returns the names of the stages that did not finish, in order; {@link #stop} concerns the first of them. If all
     * stages finished and writing the pipeline's summary and reports failed, the only name is {@value #REPORT}.
     */
    List<String> unfinished() {
        if (stop.isPresent() && outcomes.size() == recipe.stages().size()) {
            return List.of(REPORT);
        }
        return recipe.stages().stream()
                .skip(outcomes.size())
                .map(StageRecipe::name)
                .toList();
    }
}

package dev.rlhf.recipe;

import dev.rlhf.base.InputException;
import dev.rlhf.recipe.Fingerprint.Cause;
import dev.rlhf.recipe.Fingerprint.Difference;
import dev.rlhf.recipe.StageRunner.Again;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The run that a stage's output folder holds, compared with the run that is to be made: done, interrupted, or a
 * different one.
 *
 * @param folder the stage's output folder
 * @param fingerprint what the run that is to be made depends on
 * @param build this build of the program ({@link Versions#build})
 */
record EarlierRun(StageRecipe<?> recipe, RunFolder folder, Fingerprint fingerprint, String build) {
    /** Returns the result of the earlier run if the stage need not run again, and prints why. */
    Optional<RunFolder.Done> done(Again again, PrintStream console) throws IOException {
        Optional<RunFolder.Done> done = again == Again.ALWAYS ? Optional.empty() : folder.done();
        if (done.isPresent()) {
            List<Difference> differences = differences();
            if (differences.isEmpty()) {
                console.println("already done with the same options and inputs" + byAnotherBuild() + ", in "
                        + recipe.outputDir().orElseThrow() + " (to run it again: --redo)");
            } else if (again == Again.NEVER) {
                console.println("kept unchanged in " + recipe.outputDir().orElseThrow()
                        + ", because people are labelling its results (" + text(differences) + ")");
            } else {
                return Optional.empty();
            }
        }
        return done;
    }

    /** Says so if the earlier run was made by another build of the program, whose results may differ. */
    private String byAnotherBuild() throws IOException {
        return folder.build().filter(build::equals).isPresent() ? "" : " by another build of rlhf";
    }

    /** Returns the differences between the stage as it is now and the earlier run. */
    List<Difference> differences() throws IOException {
        return folder.earlier()
                .map(earlier -> fingerprint.since(earlier, recipe::isAdjustable))
                .orElse(List.of());
    }

    static String text(List<Difference> differences) {
        return differences.stream().map(Difference::what).collect(Collectors.joining("; "));
    }

    /**
     * Prepares the folder for the run: an interrupted run is resumed, and a different one is renamed, unless the folder
     * contains people's labels. Prints what is done.
     *
     * @return the new name of a folder that was renamed
     * @throws InputException if labels or inputs would have to move
     */
    Optional<Path> resumeOrMove(Again again, RunLock lock, PrintStream console) throws IOException {
        if (folder.earlier().isEmpty() || !folder.holdsResults()) {
            return Optional.empty();
        }
        Path outputDir = recipe.outputDir().orElseThrow();
        List<Difference> differences = differences();
        boolean another = differences.stream().anyMatch(difference -> difference.cause() != Cause.ADJUSTMENT);
        if (again != Again.ALWAYS && !another) {
            console.println(
                    differences.isEmpty()
                            ? "resuming the interrupted run" + byAnotherBuild() + " in " + outputDir
                            : "continuing the run in " + outputDir + " with " + text(differences));
            return Optional.empty();
        }
        String why = again == Again.ALWAYS ? "--redo" : text(differences);
        Optional<Path> labels = LabelStores.ofPeople(outputDir);
        if (labels.isPresent()) {
            if (again == Again.ALWAYS || differences.stream().anyMatch(d -> d.cause() == Cause.USER)) {
                throw new InputException(
                        ("output_dir: %s contains people's labels (%s), which are never moved, and this would be a"
                                        + " different run (%s); undo the change to continue with these labels, or give"
                                        + " another output_dir")
                                .formatted(outputDir, labels.get(), why));
            }
            console.println("continuing the run in " + outputDir + ", which contains people's labels (" + why + ")");
            return Optional.empty();
        }
        refuseIfInputsWouldMove();
        Path aside = moveAside(lock);
        console.println("the earlier run in " + outputDir + " (" + why + ") is now in " + aside
                + " (delete it if it is no longer needed)");
        return Optional.of(aside);
    }

    private Path moveAside(RunLock lock) {
        try {
            return folder.moveAside(lock);
        } catch (IOException e) {
            throw new InputException(
                    "output_dir: contains a different run and cannot be renamed (" + e.getMessage()
                            + "); give another output_dir",
                    e);
        }
    }

    private void refuseIfInputsWouldMove() {
        Path outputDir = recipe.outputDir().orElseThrow();
        for (Path input : recipe.inputs()) {
            if (StageRecipe.isIn(input, outputDir)) {
                throw new InputException("output_dir: " + outputDir + " contains an earlier run, and " + input
                        + " in it is an input of this one; give another output_dir");
            }
        }
    }
}

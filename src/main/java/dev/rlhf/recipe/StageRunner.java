package dev.rlhf.recipe;

import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.InputException;
import dev.rlhf.recipe.Fingerprint.Cause;
import dev.rlhf.recipe.Fingerprint.Difference;
import dev.rlhf.recipe.yaml.Problems;
import dev.rlhf.recipe.yaml.YamlWriter;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs one stage unless it is already done. A stage with the same options and inputs is skipped if it is done and
 * resumed if it was interrupted; a folder that holds a different run is renamed first, unless it contains people's
 * labels.
 */
final class StageRunner {
    /** What to do with a stage that is already done. */
    enum Again {
        /** Run it again only if its options or inputs have changed. */
        IF_CHANGED,
        /** Run it again in any case: {@code --redo}. */
        ALWAYS,
        /** Keep it, even if this version of the program would produce other results: people's labels depend on it. */
        NEVER
    }

    private final Versions versions;

    StageRunner(Versions versions) {
        this.versions = versions;
    }

    /**
     * Runs the stage and checks its expectations.
     *
     * @param brief whether to print only the options that were given
     */
    <O extends Record> StageOutcome run(StageRecipe<O> recipe, Again again, boolean brief, StageContext context)
            throws Exception {
        Problems problems = new Problems();
        recipe.checkInputs(List.of(), path -> "", problems);
        problems.throwIfAny();
        Optional<Path> outputDir = recipe.outputDir();
        if (outputDir.isEmpty()) {
            return runWithoutFolder(recipe, context);
        }
        PrintStream console = context.console();
        RunFolder folder = new RunFolder(outputDir.get());
        Fingerprint fingerprint = Fingerprint.of(recipe);
        Optional<RunFolder.Done> before = done(recipe, folder, fingerprint, again, console);
        if (before.isPresent()) { // needs no lock, and the disk may be read-only
            return outcome(recipe, true, before.get());
        }
        try (RunLock lock = RunLock.acquire(outputDir.get(), console)) {
            before = done(recipe, folder, fingerprint, again, console); // another process may just have finished it
            if (before.isPresent()) {
                return outcome(recipe, true, before.get());
            }
            prepare(recipe, folder, fingerprint, again, lock, console);
            folder.refuseOthers();
            print(recipe, outputDir.get(), brief, console);
            folder.start(fingerprint, resolved(recipe), versions.build());

            long start = System.nanoTime();
            StageResult result;
            try {
                result = call(recipe, context);
            } catch (Exception e) {
                folder.stop(fingerprint, secondsSince(start));
                throw e;
            }
            return outcome(recipe, false, folder.finish(recipe, fingerprint, secondsSince(start), result.metrics()));
        }
    }

    private <O extends Record> StageOutcome runWithoutFolder(StageRecipe<O> recipe, StageContext context)
            throws Exception {
        refuseInputsAsOutputs(recipe);
        long start = System.nanoTime();
        StageResult result = call(recipe, context);
        return outcome(recipe, false, new RunFolder.Done(secondsSince(start), result.metrics()));
    }

    private static void refuseInputsAsOutputs(StageRecipe<?> recipe) throws IOException {
        for (Path output : recipe.outputs()) {
            for (Path input : recipe.inputs()) {
                if (Files.exists(output) && Files.isSameFile(input, output)) {
                    throw InputException.at(output, "input and output are the same file; give another output");
                }
            }
        }
    }

    private static <O extends Record> StageResult call(StageRecipe<O> recipe, StageContext context) throws Exception {
        try {
            return recipe.kind().stage().get().run(recipe.options(), context);
        } catch (Exception | OutOfMemoryError e) {
            Optional<FailedRunException> shortage = MemoryAdvice.of(e, recipe);
            if (shortage.isPresent()) {
                throw shortage.get();
            }
            throw e;
        }
    }

    /** Returns the result of an earlier run if the stage need not run again, and prints why. */
    private Optional<RunFolder.Done> done(
            StageRecipe<?> recipe, RunFolder folder, Fingerprint fingerprint, Again again, PrintStream console)
            throws IOException {
        if (again == Again.ALWAYS) {
            return Optional.empty();
        }
        Optional<RunFolder.Done> done = folder.done();
        if (done.isPresent()) {
            List<Difference> differences = differences(recipe, folder, fingerprint);
            if (differences.isEmpty()) {
                console.println("already done with the same options and inputs" + byAnotherBuild(folder) + ", in "
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

    /** Says so if the run in a folder was made by another build of the program, whose results may differ. */
    private String byAnotherBuild(RunFolder folder) throws IOException {
        return folder.build().filter(versions.build()::equals).isPresent() ? "" : " by another build of rlhf";
    }

    /** Returns the differences between the stage as it is now and the run in its folder. */
    static List<Difference> differences(StageRecipe<?> recipe, RunFolder folder, Fingerprint fingerprint)
            throws IOException {
        return folder.earlier()
                .map(earlier -> fingerprint.since(earlier, recipe::isAdjustable))
                .orElse(List.of());
    }

    static String text(List<Difference> differences) {
        return differences.stream().map(Difference::what).collect(Collectors.joining("; "));
    }

    private void prepare(
            StageRecipe<?> recipe,
            RunFolder folder,
            Fingerprint fingerprint,
            Again again,
            RunLock lock,
            PrintStream console)
            throws IOException {
        if (folder.earlier().isEmpty() || !folder.holdsResults()) {
            return;
        }
        Path outputDir = recipe.outputDir().orElseThrow();
        List<Difference> differences = differences(recipe, folder, fingerprint);
        boolean another = differences.stream().anyMatch(difference -> difference.cause() != Cause.ADJUSTMENT);
        if (again != Again.ALWAYS && !another) {
            console.println(
                    differences.isEmpty()
                            ? "resuming the interrupted run" + byAnotherBuild(folder) + " in " + outputDir
                            : "continuing the run in " + outputDir + " with " + text(differences));
            return;
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
            return;
        }
        refuseIfInputsWouldMove(recipe);
        console.println("the earlier run in " + outputDir + " (" + why + ") is now in " + moveAside(folder, lock)
                + " (delete it if it is no longer needed)");
    }

    private static Path moveAside(RunFolder folder, RunLock lock) {
        try {
            return folder.moveAside(lock);
        } catch (IOException e) {
            throw new InputException(
                    "output_dir: contains a different run and cannot be renamed (" + e.getMessage()
                            + "); give another output_dir",
                    e);
        }
    }

    private static void refuseIfInputsWouldMove(StageRecipe<?> recipe) {
        Path folder = recipe.outputDir().orElseThrow();
        for (Path input : recipe.inputs()) {
            if (StageRecipe.isIn(input, folder)) {
                throw new InputException("output_dir: " + folder + " contains an earlier run, and " + input
                        + " in it is an input of this one; give another output_dir");
            }
        }
    }

    private static void print(StageRecipe<?> recipe, Path outputDir, boolean brief, PrintStream console) {
        String yaml = brief ? recipe.givenAsYaml() : recipe.optionsAsYaml();
        yaml.lines().forEach(line -> console.println("  " + line));
        if (brief) {
            console.println("  # all options: " + outputDir.resolve("recipe.yaml"));
        }
    }

    private String resolved(StageRecipe<?> recipe) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>(recipe.resolved());
        values.put("versions", versions.values());
        return (RunFolder.RESOLVED + "To repeat the run: rlhf %s --config THIS_FILE\n")
                        .formatted(recipe.kind().name().toLowerCase(Locale.ROOT))
                + YamlWriter.write(values);
    }

    private static StageOutcome outcome(StageRecipe<?> recipe, boolean skipped, RunFolder.Done done) {
        return new StageOutcome(
                recipe.name(),
                recipe.kind().name(),
                recipe.outputDir(),
                skipped,
                done.seconds(),
                done.metrics(),
                recipe.expect().check(done.metrics()));
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}

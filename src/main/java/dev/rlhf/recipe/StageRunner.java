package dev.rlhf.recipe;

import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.InputException;
import dev.rlhf.recipe.yaml.Problems;
import dev.rlhf.recipe.yaml.YamlWriter;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
        EarlierRun earlier = new EarlierRun(recipe, folder, fingerprint, versions.build());
        Optional<RunFolder.Done> before = earlier.done(again, console);
        if (before.isPresent()) { // needs no lock, and the disk may be read-only
            return outcome(recipe, true, before.get());
        }
        try (RunLock lock = RunLock.acquire(outputDir.get(), console)) {
            before = earlier.done(again, console); // another process may just have finished it
            if (before.isPresent()) {
                return outcome(recipe, true, before.get());
            }
            Optional<Path> aside = earlier.resumeOrMove(again, lock, console);
            folder.refuseForeignFiles();
            print(recipe, outputDir.get(), brief, console);
            folder.start(fingerprint, resolved(recipe), versions.build());

            long start = System.nanoTime();
            StageResult result;
            try {
                result = call(recipe, context);
            } catch (Exception e) {
                if (aside.isPresent() && !folder.holdsResults()) {
                    lock.moveFolderBack(aside.get());
                    console.println("nothing was written, so the earlier run is in " + outputDir.get() + " again");
                } else {
                    folder.stop(fingerprint, secondsSince(start));
                }
                throw e;
            }
            return outcome(recipe, false, folder.finish(recipe, fingerprint, secondsSince(start), result.metrics()));
        }
    }

    /** Returns whether the stage is done and would not run again, if its inputs stay as they are. */
    boolean isDone(StageRecipe<?> recipe, Again again) throws IOException {
        if (again == Again.ALWAYS || recipe.outputDir().isEmpty()) {
            return false;
        }
        RunFolder folder = new RunFolder(recipe.outputDir().get());
        if (folder.done().isEmpty() || again == Again.NEVER) {
            return folder.done().isPresent();
        }
        try {
            return new EarlierRun(recipe, folder, Fingerprint.of(recipe), versions.build())
                    .differences()
                    .isEmpty();
        } catch (NoSuchFileException | InputException _) { // an input is missing
            return false;
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

    private static void print(StageRecipe<?> recipe, Path outputDir, boolean brief, PrintStream console) {
        String yaml = brief ? recipe.givenAsYaml() : recipe.optionsAsYaml();
        yaml.lines().forEach(line -> console.println("  " + line));
        if (brief) {
            console.println("  # all options: " + outputDir.resolve(RunFolder.RECIPE));
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

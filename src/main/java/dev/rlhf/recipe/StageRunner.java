package dev.rlhf.recipe;

import dev.rlhf.base.InputException;
import dev.rlhf.recipe.internal.Problems;
import dev.rlhf.recipe.internal.YamlWriter;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs one stage unless it is already done: with the same version, options and inputs it is skipped, or goes on where it was cut
 * off; a folder that holds another run is renamed first.
 */
final class StageRunner {
    private final Versions versions;

    StageRunner(Versions versions) {
        this.versions = versions;
    }

    /**
     * Runs the stage and checks what is expected of it.
     *
     * @param redo run it even if it is done
     * @param brief print only the options that were given
     */
    <O extends Record> StageOutcome run(StageRecipe<O> recipe, boolean redo, boolean brief, StageContext context)
            throws Exception {
        Problems problems = new Problems();
        recipe.checkInputs(List.of(), problems);
        problems.throwIfAny();
        Optional<Path> outputDir = recipe.outputDir();
        if (outputDir.isEmpty()) {
            return runWithoutFolder(recipe, context);
        }
        String fingerprint = Fingerprint.of(recipe, versions);
        RunFolder folder = new RunFolder(outputDir.get());
        Optional<RunFolder.Done> before = redo ? Optional.empty() : folder.done(fingerprint);
        if (before.isPresent()) {
            context.console()
                    .println("already done with the same options and inputs, in " + outputDir.get()
                            + " (to run it again: --redo)");
            return outcome(recipe, true, before.get());
        }
        prepare(recipe, folder, fingerprint, redo, context.console());
        print(recipe, outputDir.get(), brief, context.console());
        folder.start(fingerprint, resolved(recipe));

        long start = System.nanoTime();
        StageResult result;
        try {
            result = recipe.kind().stage().get().run(recipe.options(), context);
        } catch (Exception e) {
            folder.stop(fingerprint, secondsSince(start));
            throw e;
        }
        return outcome(recipe, false, folder.finish(recipe, fingerprint, secondsSince(start), result.figures()));
    }

    private <O extends Record> StageOutcome runWithoutFolder(StageRecipe<O> recipe, StageContext context)
            throws Exception {
        long start = System.nanoTime();
        StageResult result = recipe.kind().stage().get().run(recipe.options(), context);
        return outcome(recipe, false, new RunFolder.Done(secondsSince(start), result.figures()));
    }

    private static void prepare(
            StageRecipe<?> recipe, RunFolder folder, String fingerprint, boolean redo, PrintStream console)
            throws IOException {
        if (redo ? folder.holdsResults() : folder.isOfAnother(fingerprint)) {
            refuseIfInputsWouldMove(recipe);
            console.println("the earlier run in " + recipe.outputDir().orElseThrow() + " is now in "
                    + folder.moveAside() + " (delete it if nobody needs it)");
        } else if (folder.isCutOff(fingerprint)) {
            console.println("going on where the run in " + recipe.outputDir().orElseThrow() + " was cut off");
        }
    }

    private static void refuseIfInputsWouldMove(StageRecipe<?> recipe) {
        Path folder = recipe.outputDir().orElseThrow();
        for (Path input : recipe.inputs()) {
            if (StageRecipe.isIn(input, folder)) {
                throw new InputException("output_dir: " + folder + " holds an earlier run, and " + input
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
        return "# Resolved: every value, defaults included. The same again: rlhf %s --config THIS_FILE\n"
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
                done.figures(),
                recipe.expect().check(done.figures()));
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}

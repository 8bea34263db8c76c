package dev.rlhf.recipe;

import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.DidYouMean;
import dev.rlhf.base.InputException;
import dev.rlhf.recipe.StageRunner.Again;
import dev.rlhf.recipe.yaml.Problems;
import dev.rlhf.stage.InterruptedRunException;
import dev.rlhf.stage.StageContext;
import dev.rlhf.tensor.MemoryUsage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs a recipe's stages in order. A stage that is done is skipped, an interrupted one is resumed; a missed expectation
 * does not stop the run, a failing stage does. Ends with a table and, for a recipe of several stages, {@code
 * summary.json} and the HTML reports; {@link CiReports} are written however the run ends.
 */
public final class Pipeline {
    /** Selects all stages, in place of their names. */
    public static final String ALL = "all";

    private static final String SUMMARY = "summary.json";

    private final Versions versions;
    private final CiReports ciReports;
    private final StageRunner runner;

    public Pipeline(Versions versions, CiReports ciReports) {
        this.versions = versions;
        this.ciReports = ciReports;
        this.runner = new StageRunner(versions);
    }

    /**
     * Runs all stages.
     *
     * @param redo names of the stages to run even if they are done, or {@link #ALL}
     * @return the outcome of each stage, in order
     * @throws InterruptedRunException if the user asked to stop; the same call resumes the run
     * @throws dev.rlhf.stage.WaitingForPeopleException if people have to label first; the same call then continues the
     *     run
     */
    public List<StageOutcome> run(Recipe recipe, Set<String> redo, StageContext context) throws Exception {
        checkNames(recipe, redo);
        Attempt attempt = new Attempt();
        try {
            run(recipe, redo, context, attempt);
        } catch (Exception | Error e) {
            writeReports(recipe, attempt, e, context.console());
            throw e;
        }
        ciReports.write(new RunResult(recipe, attempt.outcomes, Optional.empty()));
        return attempt.outcomes;
    }

    /**
     * Prints what {@link #run} would do with each stage. Writes nothing.
     *
     * @throws InputException if the run would be refused
     */
    public void preview(Recipe recipe, Set<String> redo, PrintStream console) throws IOException {
        checkNames(recipe, redo);
        Set<String> keep = new LabeledStages(recipe.stages(), redo).protectedStages();
        refuseDeletedInputs(recipe, redo, keep);
        Preview.of(recipe, stage -> again(stage, redo, keep), versions).print(console);
    }

    /** The progress of a run. */
    private static final class Attempt {
        private final List<StageOutcome> outcomes = new ArrayList<>();
        /** Start of the running stage, as {@link System#nanoTime}. */
        private OptionalLong begun = OptionalLong.empty();

        double secondsOfStage() {
            return begun.isPresent() ? (System.nanoTime() - begun.getAsLong()) / 1e9 : 0;
        }
    }

    /** Writes the CI reports of a failed run; if that fails too, the first failure is the one to report. */
    private void writeReports(Recipe recipe, Attempt attempt, Throwable failure, PrintStream console) {
        RunResult.Stop stop = new RunResult.Stop(failure, attempt.secondsOfStage());
        try {
            ciReports.write(new RunResult(recipe, attempt.outcomes, Optional.of(stop)));
        } catch (IOException e) {
            console.println("the CI reports could not be written: " + e);
            failure.addSuppressed(e);
        }
    }

    private void run(Recipe recipe, Set<String> redo, StageContext context, Attempt attempt) throws Exception {
        if (!recipe.isPipeline()) {
            runStages(recipe, redo, Set.of(), context, attempt);
            HtmlReports.writeComparison(attempt.outcomes);
            return;
        }
        try (RunLock _ = RunLock.acquire(outputDir(recipe), context.console())) {
            Set<String> keep = new LabeledStages(recipe.stages(), redo).protectedStages();
            refuseDeletedInputs(recipe, redo, keep);
            new RunFolder(outputDir(recipe)).refuseForeignRecipe();
            AtomicFiles.writeString(outputDir(recipe).resolve(RunFolder.RECIPE), recipe.resolved(versions));
            Files.deleteIfExists(outputDir(recipe).resolve(SUMMARY)); // of an earlier run
            runStages(recipe, redo, keep, context, attempt);
            finish(recipe, attempt.outcomes);
        }
    }

    private void runStages(Recipe recipe, Set<String> redo, Set<String> keep, StageContext context, Attempt attempt)
            throws Exception {
        List<StageOutcome> outcomes = attempt.outcomes;
        try {
            for (StageRecipe<?> stage : recipe.stages()) {
                if (context.stopRequested()) {
                    throw new InterruptedRunException(
                            "stopped before stage " + stage.name() + "; run the same command to continue");
                }
                printHeader(recipe, stage, outcomes.size() + 1, context.console());
                if (!outcomes.isEmpty()) {
                    MemoryUsage.resetPeak();
                }
                Again again = again(stage, redo, keep);
                attempt.begun = OptionalLong.of(System.nanoTime());
                outcomes.add(runner.run(stage, again, recipe.isPipeline(), context));
                attempt.begun = OptionalLong.empty();
            }
        } finally {
            printTable(outcomes, context.console());
        }
    }

    private static Again again(StageRecipe<?> stage, Set<String> redo, Set<String> keep) {
        if (redo.contains(ALL) || redo.contains(stage.name())) {
            return Again.ALWAYS;
        }
        return keep.contains(stage.name()) ? Again.NEVER : Again.IF_CHANGED;
    }

    /** Refuses inputs that are gone and that the stage that made them would not make again, because it is done. */
    private void refuseDeletedInputs(Recipe recipe, Set<String> redo, Set<String> keep) throws IOException {
        Problems missing = new Problems();
        recipe.stages().forEach(stage -> stage.checkInputs(List.of(), path -> "", missing));
        if (missing.count() == 0) {
            return; // without reading all inputs, which tells what is done
        }
        List<StageFiles> willBeMade = new ArrayList<>();
        List<StageFiles> made = new ArrayList<>();
        Problems problems = new Problems();
        for (StageRecipe<?> stage : recipe.stages()) {
            stage.checkInputs(willBeMade, path -> madeByDone(path, made), problems);
            boolean runs = stage.readsFrom(willBeMade) || !runner.isDone(stage, again(stage, redo, keep));
            (runs ? willBeMade : made).addAll(StageFiles.of(stage));
        }
        problems.throwIfAny();
    }

    private static String madeByDone(Path path, List<StageFiles> made) {
        return made.stream()
                .filter(stage -> stage.contains(path))
                .map(StageFiles::stage)
                .findFirst()
                .map("; stage %s, which makes it, is done; to run it again: --redo %<s"::formatted)
                .orElse("");
    }

    private void finish(Recipe recipe, List<StageOutcome> outcomes) throws IOException {
        AtomicFiles.writeString(
                outputDir(recipe).resolve(SUMMARY),
                Summary.json(recipe, outcomes, versions).toPrettyString() + "\n");
        HtmlReports.write(outputDir(recipe), outcomes);
    }

    private static Path outputDir(Recipe recipe) {
        return recipe.outputDir().orElseThrow();
    }

    private static void checkNames(Recipe recipe, Set<String> redo) {
        Set<String> names = recipe.stages().stream().map(StageRecipe::name).collect(Collectors.toSet());
        for (String name : redo) {
            if (!name.equals(ALL) && !names.contains(name)) {
                throw new InputException(
                        "--redo: there is no stage " + name + DidYouMean.hintOrStop(name, names) + " The stages are: "
                                + String.join(", ", names.stream().sorted().toList()) + ", or " + ALL);
            }
        }
    }

    private static void printHeader(Recipe recipe, StageRecipe<?> stage, int number, PrintStream console) {
        if (recipe.isPipeline()) {
            String kind = stage.name().equals(stage.kind().name())
                    ? ""
                    : " (" + stage.kind().name() + ")";
            console.printf("%n[%d/%d] %s%s%n", number, recipe.stages().size(), stage.name(), kind);
        }
    }

    private static void printTable(List<StageOutcome> outcomes, PrintStream console) {
        if (outcomes.stream()
                        .anyMatch(outcome -> !outcome.metrics().isEmpty()
                                || !outcome.checks().isEmpty())
                || outcomes.size() > 1) {
            console.println();
            Summary.table(outcomes).print(console);
        }
    }
}

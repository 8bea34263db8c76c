package dev.rlhf.recipe;

import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import dev.rlhf.recipe.StageRunner.Again;
import dev.rlhf.recipe.options.DidYouMean;
import dev.rlhf.stage.InterruptedRunException;
import dev.rlhf.stage.StageContext;
import dev.rlhf.tensor.MemoryFigures;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs a recipe's stages in order. A stage that is done is skipped, one that was cut off is resumed; a missed
 * expectation does not stop the run, a failing stage does. Ends with a table and, for a recipe of several stages,
 * {@code summary.json} and the report; {@link CiReports} are written however it ends.
 */
public final class Pipeline {
    /** In place of a stage's name: all of them. */
    public static final String ALL = "all";

    private final Versions versions;
    private final CiReports ciReports;
    private final StageRunner runner;

    public Pipeline(Versions versions, CiReports ciReports) {
        this.versions = versions;
        this.ciReports = ciReports;
        this.runner = new StageRunner(versions);
    }

    /**
     * Runs to the end.
     *
     * @param redo names of the stages to run even if they are done, or {@link #ALL}
     * @return what came of each stage, in order
     * @throws InterruptedRunException if the user asked to stop; the same call goes on from there
     * @throws dev.rlhf.stage.WaitingForPeopleException if people have to do something first; the same call goes on from there
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

    /** How far a run has come. */
    private static final class Attempt {
        private final List<StageOutcome> outcomes = new ArrayList<>();
        /** When the stage that is running began, as {@link System#nanoTime}. */
        private OptionalLong begun = OptionalLong.empty();

        double secondsOfStage() {
            return begun.isPresent() ? (System.nanoTime() - begun.getAsLong()) / 1e9 : 0;
        }
    }

    /** Adds what hinders the reports to the failure itself, which matters more. */
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
            return;
        }
        try (RunLock _ = RunLock.acquire(outputDir(recipe), context.console())) {
            Set<String> keep = new PeoplesWork(recipe.stages(), redo).protectedStages();
            AtomicFiles.writeString(outputDir(recipe).resolve("recipe.yaml"), recipe.resolved(versions));
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
                            "stopped before stage " + stage.name() + "; the same command goes on there");
                }
                printHeader(recipe, stage, outcomes.size() + 1, context.console());
                if (!outcomes.isEmpty()) {
                    MemoryFigures.startAnew();
                }
                Again again = redo.contains(ALL) || redo.contains(stage.name())
                        ? Again.ALWAYS
                        : keep.contains(stage.name()) ? Again.NEVER : Again.IF_CHANGED;
                attempt.begun = OptionalLong.of(System.nanoTime());
                outcomes.add(runner.run(stage, again, recipe.isPipeline(), context));
                attempt.begun = OptionalLong.empty();
            }
        } finally {
            printTable(outcomes, context.console());
        }
    }

    private void finish(Recipe recipe, List<StageOutcome> outcomes) throws IOException {
        AtomicFiles.writeString(
                outputDir(recipe).resolve("summary.json"),
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
                        "--redo: no stage is called " + name + DidYouMean.hintOrStop(name, names) + " There are: "
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
                        .anyMatch(outcome -> !outcome.figures().isEmpty()
                                || !outcome.checks().isEmpty())
                || outcomes.size() > 1) {
            console.println();
            Summary.table(outcomes).print(console);
        }
    }
}

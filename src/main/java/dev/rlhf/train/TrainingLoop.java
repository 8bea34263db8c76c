package dev.rlhf.train;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.Json;
import dev.rlhf.checkpoint.TrainingState;
import dev.rlhf.report.console.Numbers;
import dev.rlhf.report.console.Progress;
import dev.rlhf.report.log.RunLog;
import dev.rlhf.report.log.SampleRow;
import dev.rlhf.stage.InterruptedRunException;
import dev.rlhf.stage.StageContext;
import dev.rlhf.tensor.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What every training loop does around its step: log, evaluate, save, show progress, stop when asked to, go on from a saved
 * state. The step itself is the stage's.
 *
 * @param label what progress is called
 * @param folder the run's folder
 * @param maxSteps the last step's number; steps count from 1
 * @param loggingSteps steps between rows of metrics.jsonl
 * @param evalSteps steps between evaluations; 0: at the end only
 * @param saveSteps steps between saved states; 0: only when interrupted
 * @param nanos the clock, as {@link System#nanoTime}
 */
public record TrainingLoop(
        String label,
        Path folder,
        long maxSteps,
        int loggingSteps,
        int evalSteps,
        int saveSteps,
        StageContext context,
        LongSupplier nanos) {
    private static final String SKIPPED = "skipped_steps";
    private static final String APPLIED = "applied_steps";

    public TrainingLoop(
            String label,
            Path folder,
            long maxSteps,
            int loggingSteps,
            int evalSteps,
            int saveSteps,
            StageContext context) {
        this(label, folder, maxSteps, loggingSteps, evalSteps, saveSteps, context, System::nanoTime);
    }

    /** What is trained. */
    public interface Work {
        /**
         * One optimizer step.
         *
         * @param step counts from 1
         * @param logged its figures go into the log, so that dear ones are worth computing
         * @return figures, {@code num_tokens} (of this step) among them
         */
        Map<String, Double> step(long step, boolean logged);

        /** Figures on held-out data; empty if there is none. */
        Map<String, Double> evaluate();

        /** Everything a later run needs, as tensors it can be copied into. */
        Map<String, NDArray> state();

        /** What of it is not tensors goes into {@code counters}. */
        default void saveCounters(ObjectNode counters) {}

        /** Takes it back. */
        default void restoreCounters(ObjectNode counters) {}

        /** What people should read of the last step; asked for when a step is logged. */
        default List<SampleRow> samples() {
            return List.of();
        }

        /** Optimizer steps since this object was made that were not applied, because their gradients were not finite. */
        long skippedSteps();

        /** Optimizer steps since this object was made that were applied; of several optimizers, the fewest of any. */
        long appliedSteps();

        /** The figure to show beside progress. */
        default String headline(Map<String, Double> figures) {
            return "loss " + Numbers.number(figures.getOrDefault("loss", Double.NaN));
        }
    }

    /**
     * Runs all steps that are left.
     *
     * @param saver is called right after the last step, before that is logged or evaluated
     * @return metrics of the last evaluation, and of the run
     * @throws FailedRunException if not one update of the whole run was applied; if something fails once the model is saved
     */
    public Map<String, Double> run(Torch torch, Work work, ModelSaver saver) throws IOException {
        Optional<TrainingState> saved = TrainingState.latest(folder);
        long done = 0;
        double tokens = 0;
        long skippedBefore = 0;
        long appliedBefore = 0;
        if (saved.isPresent()) {
            done = saved.get().step();
            tokens = saved.get().counters().path("num_tokens").asDouble();
            skippedBefore = saved.get().counters().path(SKIPPED).asLong();
            long ofOlderVersions = Math.max(0, done - skippedBefore); // which did not count them
            appliedBefore = saved.get().counters().path(APPLIED).asLong(ofOlderVersions);
            saved.get().restoreInto(torch, work.state());
            work.restoreCounters(saved.get().counters());
            context.console()
                    .println("going on after step " + done + ", from "
                            + saved.get().folder());
        }
        Map<String, Double> evaluated = Map.of();
        @Nullable Path model = done >= maxSteps && appliedBefore > 0 ? saver.save() : null;
        try (RunLog log = RunLog.open(folder, context.console(), saved.isPresent() ? done : RunLog.NEW_RUN);
                Progress progress = Progress.start(context.console(), label, maxSteps, "tok", done)) {
            long training = 0; // nanoseconds of steps since the last logged one; nothing else counts
            double logTokens = 0;
            for (long step = done + 1; step <= maxSteps; step++) {
                boolean logged = step % loggingSteps == 0 || step == 1 || step == maxSteps;
                long skippedUntilNow = work.skippedSteps();
                long begun = nanos.getAsLong();
                Map<String, Double> figures = new LinkedHashMap<>(work.step(step, logged));
                training += nanos.getAsLong() - begun;
                if (step == maxSteps && appliedBefore + work.appliedSteps() > 0) {
                    model = saver.save();
                }
                if (work.skippedSteps() > skippedUntilNow) {
                    progress.note("step " + step + ": gradients are not finite; the update was left out");
                }
                long skipped = skippedBefore + work.skippedSteps();
                double own = figures.getOrDefault("num_tokens", 0.0);
                tokens += own;
                logTokens += own;
                progress.step(step, own, work.headline(figures));
                Map<String, Double> row = new LinkedHashMap<>();
                if (logged) {
                    figures.put("num_tokens", tokens);
                    figures.put("tokens_per_second", logTokens / (training / 1e9));
                    figures.put(SKIPPED, (double) skipped);
                    figures.put("perf/max_memory", (double) torch.memory().peakResident());
                    row.putAll(figures);
                    List<SampleRow> samples = work.samples();
                    if (!samples.isEmpty()) {
                        log.samples(step, samples);
                    }
                    logTokens = 0;
                    training = 0;
                }
                if (step == maxSteps || (evalSteps > 0 && step % evalSteps == 0)) {
                    evaluated = work.evaluate();
                    if (!evaluated.isEmpty()) {
                        row.putAll(evaluated);
                        progress.note("step " + step + ": " + text(evaluated));
                    }
                }
                if (!row.isEmpty()) {
                    log.metrics(step, row);
                }
                boolean stop = context.stopRequested() && step < maxSteps;
                if (stop || (saveSteps > 0 && step % saveSteps == 0 && step < maxSteps)) {
                    save(torch, work, step, tokens, skipped, appliedBefore + work.appliedSteps());
                }
                if (stop) {
                    throw new InterruptedRunException("stopped after step " + step + " of " + maxSteps + "; saved in "
                            + folder.resolve("state") + "; the same command goes on from there");
                }
            }
        } catch (IOException | RuntimeException e) {
            if (model != null) {
                throw ModelSaver.failure(model, e);
            }
            throw e;
        }
        if (appliedBefore + work.appliedSteps() == 0) {
            throw new FailedRunException(
                    "%s: none of the %d updates was applied, because their gradients were not finite;"
                                    .formatted(label, maxSteps)
                            + " no model is saved. Check the data and the model's weights; lower learning_rate; use dtype float32."
                            + " Start again with another output_dir, or delete " + folder.resolve("state"));
        }
        Map<String, Double> result = new LinkedHashMap<>(evaluated);
        result.put("num_tokens", tokens);
        result.put(SKIPPED, (double) (skippedBefore + work.skippedSteps()));
        return result;
    }

    private void save(Torch torch, Work work, long step, double tokens, long skipped, long applied) throws IOException {
        ObjectNode counters = Json.mapper().createObjectNode();
        counters.put("step", step);
        counters.put("num_tokens", tokens);
        counters.put(SKIPPED, skipped);
        counters.put(APPLIED, applied);
        work.saveCounters(counters);
        TrainingState.save(folder, step, torch, work.state(), counters);
    }

    private static String text(Map<String, Double> figures) {
        StringBuilder text = new StringBuilder();
        figures.forEach((name, value) ->
                text.append(name).append(' ').append(Numbers.number(value)).append("  "));
        return text.toString().strip();
    }
}

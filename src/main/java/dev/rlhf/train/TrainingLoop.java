package dev.rlhf.train;

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
import dev.rlhf.tensor.MemoryUsage;
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
 * Runs a {@link Trainer}: logs, evaluates, saves, shows progress, stops when asked to, and resumes from a saved state.
 *
 * @param label name of the run in its progress display
 * @param folder output folder of the run
 * @param maxSteps number of the last step; steps count from 1
 * @param loggingSteps steps between rows of metrics.jsonl
 * @param evalSteps steps between evaluations; 0: at the end only
 * @param saveSteps steps between saved states; 0: only when interrupted
 * @param nanos clock, as {@link System#nanoTime}
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
    private static final String SKIPPED_IN_ROW = "skipped_in_row";
    private static final long SKIPPED_IN_ROW_LIMIT = 3;

    /** Returns the loop of a stage with {@link LoopOptions}. */
    public static TrainingLoop of(String label, LoopOptions o, long maxSteps, int evalSteps, StageContext context) {
        return new TrainingLoop(
                label,
                o.output_dir(),
                maxSteps,
                o.logging_steps(),
                evalSteps,
                o.save_steps(),
                context,
                System::nanoTime);
    }

    /**
     * Runs the remaining steps.
     *
     * @param saver called right after the last step, before it is logged or evaluated
     * @return metrics of the last evaluation and of the run
     * @throws FailedRunException if no update of the whole run was applied, if the last updates were all skipped, or if
     * something fails once the model is saved
     */
    public Map<String, Double> run(Torch torch, Trainer trainer, ModelSaver saver) throws IOException {
        Optional<TrainingState> saved = TrainingState.latest(folder);
        long done = 0;
        double tokens = 0;
        long skippedBefore = 0;
        long appliedBefore = 0;
        long skippedInRow = 0; // steps up to the present one in which nothing was updated
        if (saved.isPresent()) {
            done = saved.get().step();
            tokens = saved.get().counters().path("num_tokens").asDouble();
            skippedBefore = saved.get().counters().path(SKIPPED).asLong();
            long uncounted = Math.max(0, done - skippedBefore); // states of older versions have no count
            appliedBefore = saved.get().counters().path(APPLIED).asLong(uncounted);
            skippedInRow = saved.get().counters().path(SKIPPED_IN_ROW).asLong();
            saved.get().restoreInto(torch, trainer.state());
            trainer.restoreCounters(saved.get().counters());
            context.console()
                    .println("resuming after step " + done + ", from "
                            + saved.get().folder());
        }
        Map<String, Double> evaluated = Map.of();
        @Nullable Path model = done >= maxSteps && appliedBefore > 0 && !diverged(skippedInRow) ? saver.save() : null;
        try (RunLog log = RunLog.open(folder, context.console(), saved.isPresent() ? done : RunLog.NEW_RUN);
                Progress progress = Progress.start(context.console(), label, maxSteps, "tok", done)) {
            long training = 0; // nanoseconds of the steps alone since the last logged one
            double logTokens = 0;
            for (long step = done + 1; step <= maxSteps; step++) {
                boolean logged = step % loggingSteps == 0 || step == 1 || step == maxSteps;
                long skippedUntilNow = trainer.skippedSteps();
                long appliedUntilNow = trainer.appliedSteps();
                long started = nanos.getAsLong();
                Map<String, Double> metrics = new LinkedHashMap<>(trainer.step(step, logged));
                training += nanos.getAsLong() - started;
                boolean failed = trainer.skippedSteps() > skippedUntilNow && trainer.appliedSteps() == appliedUntilNow;
                skippedInRow = failed ? skippedInRow + 1 : 0;
                if (step == maxSteps && appliedBefore + trainer.appliedSteps() > 0 && !diverged(skippedInRow)) {
                    model = saver.save();
                }
                if (trainer.skippedSteps() > skippedUntilNow) {
                    progress.note("step " + step + ": gradients are not finite; the update was skipped");
                }
                long skipped = skippedBefore + trainer.skippedSteps();
                double stepTokens = metrics.getOrDefault("num_tokens", 0.0);
                tokens += stepTokens;
                logTokens += stepTokens;
                progress.step(step, stepTokens, trainer.headline(metrics));
                Map<String, Double> row = new LinkedHashMap<>();
                if (logged) {
                    metrics.put("num_tokens", tokens);
                    metrics.put("tokens_per_second", logTokens / (training / 1e9));
                    metrics.put(SKIPPED, (double) skipped);
                    metrics.putAll(memory(torch));
                    row.putAll(metrics);
                    List<SampleRow> samples = trainer.samples();
                    if (!samples.isEmpty()) {
                        log.samples(step, samples);
                    }
                    logTokens = 0;
                    training = 0;
                }
                if (step == maxSteps || (evalSteps > 0 && step % evalSteps == 0)) {
                    evaluated = trainer.evaluate();
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
                    save(torch, trainer, step, tokens, skipped, appliedBefore + trainer.appliedSteps(), skippedInRow);
                }
                if (stop) {
                    throw new InterruptedRunException("stopped after step " + step + " of " + maxSteps + "; saved in "
                            + folder.resolve("state") + "; the same command resumes it");
                }
            }
        } catch (IOException | RuntimeException e) {
            if (model != null) {
                throw ModelSaver.failure(model, e);
            }
            throw e;
        }
        boolean none = appliedBefore + trainer.appliedSteps() == 0;
        if (none || diverged(skippedInRow)) {
            String which = none
                    ? "none of the %d updates was applied".formatted(maxSteps)
                    : "the last %d updates were skipped".formatted(skippedInRow);
            throw new FailedRunException(label + ": " + which + ", because their gradients were not finite;"
                    + " no model is saved. Check the data and the model's weights; lower learning_rate; use "
                    + "dtype float32."
                    + " Start again with another output_dir, or delete " + folder.resolve("state"));
        }
        Map<String, Double> result = new LinkedHashMap<>(evaluated);
        result.put("num_tokens", tokens);
        result.put(SKIPPED, (double) (skippedBefore + trainer.skippedSteps()));
        return result;
    }

    /**
     * Returns whether training diverged: a batch can overflow, but not all of the last three, or of the last half of a
     * shorter run. Such a model answers with NaN or noise.
     */
    private boolean diverged(long skippedInRow) {
        return skippedInRow >= Math.min(SKIPPED_IN_ROW_LIMIT, (maxSteps + 1) / 2);
    }

    private static Map<String, Double> memory(Torch torch) {
        MemoryUsage memory = torch.memory();
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("perf/max_memory", (double) memory.peakResident());
        if (torch.onGpu()) {
            metrics.put("perf/max_gpu_memory", (double) memory.peakGpu());
        }
        return metrics;
    }

    private void save(
            Torch torch, Trainer trainer, long step, double tokens, long skipped, long applied, long skippedInRow)
            throws IOException {
        ObjectNode counters = Json.mapper().createObjectNode();
        counters.put("step", step);
        counters.put("num_tokens", tokens);
        counters.put(SKIPPED, skipped);
        counters.put(APPLIED, applied);
        counters.put(SKIPPED_IN_ROW, skippedInRow);
        trainer.saveCounters(counters);
        TrainingState.save(folder, step, torch, trainer.state(), counters);
    }

    private static String text(Map<String, Double> metrics) {
        StringBuilder text = new StringBuilder();
        metrics.forEach((name, value) ->
                text.append(name).append(' ').append(Numbers.number(value)).append("  "));
        return text.toString().strip();
    }
}

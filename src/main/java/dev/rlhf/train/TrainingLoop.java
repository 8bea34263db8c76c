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
import dev.rlhf.stage.MetricNames;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link Trainer}: logs, evaluates, saves, shows progress, stops on request, and resumes from a saved state.
 *
 * @param label name of the run in its progress display
 * @param folder output folder of the run
 * @param maxSteps number of the last step; steps count from 1
 * @param stepsPerEpoch steps in which all data is seen once, not always a whole number; 0: the run has no epochs
 * @param loggingSteps steps between rows of metrics.jsonl
 * @param evalSteps steps between evaluations; 0: at the end only
 * @param saveSteps steps between saved states; 0: only when interrupted
 * @param nanos clock, as {@link System#nanoTime}
 */
public record TrainingLoop(
        String label,
        Path folder,
        long maxSteps,
        double stepsPerEpoch,
        int loggingSteps,
        int evalSteps,
        int saveSteps,
        StageContext context,
        LongSupplier nanos) {
    private static final String NUM_TOKENS = "num_tokens";
    private static final String EPOCH = "epoch";

    /** Names of the metrics that {@link #run} adds to those of the last evaluation. */
    public static final MetricNames FINAL = MetricNames.of(NUM_TOKENS, UpdateCounts.SKIPPED);

    /** Returns the loop of a stage with {@link LoopOptions}. */
    public static TrainingLoop of(
            String label, LoopOptions o, long maxSteps, double stepsPerEpoch, int evalSteps, StageContext context) {
        return new TrainingLoop(
                label,
                o.output_dir(),
                maxSteps,
                stepsPerEpoch,
                o.logging_steps(),
                evalSteps,
                o.save_steps(),
                context,
                System::nanoTime);
    }

    /** Returns the names of the files and folders that a run and its saver write, and those of others. */
    public static List<String> filesAnd(String... others) {
        return Stream.concat(Stream.of("model", "state", "metrics.jsonl", "samples"), Stream.of(others))
                .toList();
    }

    /**
     * Runs the remaining steps.
     *
     * @param saver called right after the last step, before it is logged or evaluated
     * @return metrics of the last evaluation and of the run
     * @throws FailedRunException if no update of the whole run was applied, if the last updates were all skipped, if
     *     the trained weights are not finite, or if something fails once the model is saved
     */
    public Map<String, Double> run(Torch torch, Trainer trainer, ModelSaver saver) throws IOException {
        return new Run(torch, trainer, saver).toEnd();
    }

    /** One run of the loop. */
    private final class Run {
        private final Torch torch;
        private final Trainer trainer;
        private final ModelSaver saver;
        private final UpdateCounts updates;
        private long done; // steps, those of earlier processes included
        private double tokens;
        private double tokensSinceLogged;
        private long nanosSinceLogged; // of the steps alone
        private Map<String, Double> evaluated = Map.of();
        private @Nullable Path model;

        Run(Torch torch, Trainer trainer, ModelSaver saver) {
            this.torch = torch;
            this.trainer = trainer;
            this.saver = saver;
            this.updates = new UpdateCounts(trainer);
        }

        Map<String, Double> toEnd() throws IOException {
            Optional<TrainingState> saved = TrainingState.latest(folder);
            if (saved.isPresent()) {
                restore(saved.get());
            }
            if (done >= maxSteps) {
                saveModel();
            }
            try (RunLog log = RunLog.open(folder, context.console(), saved.isPresent() ? done : RunLog.NEW_RUN);
                    Progress progress = Progress.start(context.console(), label, maxSteps, "tok", done)) {
                while (done < maxSteps) {
                    step(log, progress);
                    saveOrStop();
                }
            } catch (IOException | RuntimeException e) {
                if (model != null) {
                    throw ModelSaver.failure(model, e);
                }
                throw e;
            }
            requireModel();
            Map<String, Double> result = new LinkedHashMap<>(evaluated);
            result.put(NUM_TOKENS, tokens);
            result.put(UpdateCounts.SKIPPED, (double) updates.skipped());
            return result;
        }

        private void restore(TrainingState state) throws IOException {
            done = state.step();
            tokens = state.counters().path(NUM_TOKENS).asDouble();
            updates.restore(state.counters(), done);
            state.restoreInto(torch, trainer.state());
            trainer.restoreCounters(state.counters());
            context.console().println("resuming after step " + done + ", from " + state.folder());
        }

        /** Runs the next step, and logs it and evaluates if either is due. */
        private void step(RunLog log, Progress progress) throws IOException {
            long step = done + 1;
            boolean last = step == maxSteps;
            boolean logged = step == 1 || step % loggingSteps == 0 || last;
            Map<String, Double> metrics = train(step, logged);
            boolean skipped = updates.countStep();
            if (last) {
                saveModel();
            }
            show(progress, metrics, skipped);
            Map<String, Double> row = new LinkedHashMap<>();
            if (logged) {
                row.putAll(metrics);
                row.putAll(sinceLogged());
                logSamples(log);
            }
            if (last || (evalSteps > 0 && step % evalSteps == 0)) {
                row.putAll(evaluate(progress));
            }
            if (!row.isEmpty()) {
                if (stepsPerEpoch > 0) {
                    row.put(EPOCH, step / stepsPerEpoch);
                }
                log.metrics(step, row);
            }
        }

        /** Runs a step of the trainer, and adds its time and tokens to the counts. */
        private Map<String, Double> train(long step, boolean logged) {
            long started = nanos.getAsLong();
            Map<String, Double> metrics = trainer.step(step, logged);
            nanosSinceLogged += nanos.getAsLong() - started;
            tokens += stepTokens(metrics);
            tokensSinceLogged += stepTokens(metrics);
            done = step;
            return metrics;
        }

        private void show(Progress progress, Map<String, Double> metrics, boolean skipped) {
            if (skipped) {
                progress.note("step " + done + ": gradients are not finite; the update was skipped");
            }
            progress.step(done, stepTokens(metrics), trainer.headline(metrics));
        }

        private void logSamples(RunLog log) throws IOException {
            List<SampleRow> samples = trainer.samples();
            if (!samples.isEmpty()) {
                log.samples(done, samples);
            }
        }

        /** Returns the metrics that cover all steps since the last logged one, and the whole run. */
        private Map<String, Double> sinceLogged() {
            Map<String, Double> metrics = new LinkedHashMap<>();
            metrics.put(NUM_TOKENS, tokens);
            metrics.put("tokens_per_second", tokensSinceLogged / (nanosSinceLogged / 1e9));
            metrics.put(UpdateCounts.SKIPPED, (double) updates.skipped());
            metrics.putAll(memory(torch));
            tokensSinceLogged = 0;
            nanosSinceLogged = 0;
            return metrics;
        }

        private Map<String, Double> evaluate(Progress progress) {
            evaluated = trainer.evaluate();
            if (!evaluated.isEmpty()) {
                progress.note("step " + done + ": " + text(evaluated));
            }
            return evaluated;
        }

        /** Saves the model, unless the run failed; right after the last step, so that no later failure loses it. */
        private void saveModel() throws IOException {
            if (updates.failure(maxSteps).isEmpty() && trainer.isFinite()) {
                model = saver.save();
            }
        }

        /** Fails if {@link #saveModel} saved none. */
        private void requireModel() {
            String failure = updates.failure(maxSteps);
            if (!failure.isEmpty()) {
                throw new FailedRunException(label + ": " + failure + ", because their gradients were not finite; no"
                        + " model is saved. Check the data and the model's weights; lower learning_rate; use dtype"
                        + " float32. Start again with another output_dir, or delete " + folder.resolve("state"));
            }
            if (model == null) {
                throw new FailedRunException(label + ": weights are not finite after the last step; no model is saved."
                        + " Lower learning_rate or weight_decay. Start again with another output_dir, or delete "
                        + folder.resolve("state"));
            }
        }

        /** Saves the state between two steps if that is due, and stops if requested. */
        private void saveOrStop() throws IOException {
            boolean stop = context.stopRequested() && done < maxSteps;
            if (stop || (saveSteps > 0 && done % saveSteps == 0 && done < maxSteps)) {
                saveState();
            }
            if (stop) {
                throw new InterruptedRunException("stopped after step " + done + " of " + maxSteps + "; saved in "
                        + folder.resolve("state") + "; the same command resumes it");
            }
        }

        private void saveState() throws IOException {
            ObjectNode counters = Json.mapper().createObjectNode();
            counters.put("step", done);
            counters.put(NUM_TOKENS, tokens);
            updates.save(counters);
            trainer.saveCounters(counters);
            TrainingState.save(folder, done, torch, trainer.state(), counters);
        }
    }

    private static double stepTokens(Map<String, Double> metrics) {
        return metrics.getOrDefault(NUM_TOKENS, 0.0);
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

    private static String text(Map<String, Double> metrics) {
        StringBuilder text = new StringBuilder();
        metrics.forEach((name, value) ->
                text.append(name).append(' ').append(Numbers.number(value)).append("  "));
        return text.toString().strip();
    }
}

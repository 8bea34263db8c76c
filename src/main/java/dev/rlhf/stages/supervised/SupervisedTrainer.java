package dev.rlhf.stages.supervised;

import ai.djl.ndarray.NDArray;
import dev.rlhf.data.Batch;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Parameters;
import dev.rlhf.tensor.CounterRng;
import dev.rlhf.tensor.Torch;
import dev.rlhf.train.AdamW;
import dev.rlhf.train.OptimizerSettings;
import dev.rlhf.train.ParameterGroup;
import dev.rlhf.train.TrainingLoop;
import dev.rlhf.train.UpdateRatios;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/** The step of next-token training: forward and backward of a step's micro-batches, clip, AdamW. */
public final class SupervisedTrainer implements TrainingLoop.Work, AutoCloseable {
    private final Torch torch;
    private final CausalLm model;
    private final OptimizerSettings settings;
    private final LongFunction<List<Batch>> batches;
    private final List<Batch> validation;
    private final boolean dropout;
    private final long seed;
    private final LmLoss loss;
    private final AdamW optimizer;

    /**
     * @param batches the micro-batches of a step, by its number from 1
     * @param validation may be empty
     */
    public SupervisedTrainer(
            Torch torch,
            CausalLm model,
            OptimizerSettings settings,
            LongFunction<List<Batch>> batches,
            List<Batch> validation,
            boolean dropout,
            long seed) {
        this.torch = torch;
        this.model = model;
        this.settings = settings;
        this.batches = batches;
        this.validation = validation;
        this.dropout = dropout;
        this.seed = seed;
        this.loss = new LmLoss(torch, model);
        this.optimizer = new AdamW(
                torch, settings.adam(), ParameterGroup.of(model.parameters().trained(), settings.weightDecay()));
    }

    @Override
    public Map<String, Double> step(long step, boolean logged) {
        torch.seed(CounterRng.hash(seed, step)); // dropout's only generator
        List<Batch> micro = batches.apply(step);
        LmLoss.Sums sums;
        try (Parameters.AdapterDropout _ = model.parameters().adapterDropout()) {
            sums = loss.backward(micro, dropout, logged);
        }
        double rate = settings.rate(step);
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss", sums.meanLoss());
        if (logged) {
            try (UpdateRatios ratios =
                    UpdateRatios.before(torch, model.parameters().trained())) {
                figures.put(
                        "grad_norm",
                        optimizer.step(rate, settings.maxGradNorm()).gradNorm());
                figures.put("learning_rate", rate);
                figures.put("mean_token_accuracy", sums.accuracy());
                figures.put("entropy", sums.meanEntropy());
                figures.putAll(ratios.after());
            }
        } else {
            optimizer.step(rate, settings.maxGradNorm());
        }
        figures.put(
                "num_tokens", (double) micro.stream().mapToLong(Batch::tokens).sum());
        return figures;
    }

    @Override
    public Map<String, Double> evaluate() {
        if (validation.isEmpty()) {
            return Map.of();
        }
        LmLoss.Sums sums = loss.evaluate(validation);
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("eval_loss", sums.meanLoss());
        figures.put("eval_mean_token_accuracy", sums.accuracy());
        figures.put("eval_entropy", sums.meanEntropy());
        return figures;
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>(model.parameters().trained());
        state.putAll(optimizer.state());
        return state;
    }

    @Override
    public long skippedSteps() {
        return optimizer.skipped();
    }

    @Override
    public long appliedSteps() {
        return optimizer.applied();
    }

    @Override
    public void close() {
        optimizer.close();
    }
}

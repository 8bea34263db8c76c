package dev.rlhf.stages.supervised;

import dev.rlhf.base.CounterRng;
import dev.rlhf.data.Batch;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.lora.AdapterDropout;
import dev.rlhf.tensor.Torch;
import dev.rlhf.train.MemoryPlan;
import dev.rlhf.train.Optimizer;
import dev.rlhf.train.OptimizerOptions;
import dev.rlhf.train.PassMemory;
import dev.rlhf.train.Trainer;
import dev.rlhf.train.UpdateRatios;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * Trains a model to predict the next token. A step is a forward and backward pass of each micro-batch and one step of
 * AdamW.
 */
public final class SupervisedTrainer implements Trainer {
    /** Names of the metrics on held-out data. */
    static final String[] EVALUATED = {"eval_loss", "eval_mean_token_accuracy", "eval_entropy"};

    private final Torch torch;
    private final CausalLm model;
    private final LongFunction<List<Batch>> batches;
    private final List<Batch> validation;
    private final boolean dropout;
    private final long seed;
    private final LmLoss loss;
    private final Optimizer optimizer;

    /**
     * @param steps optimizer steps of the whole run
     * @param batches micro-batches of a step, by its number from 1
     * @param validation held-out batches; may be empty
     * @param dropout whether to apply the dropout of the model's configuration
     */
    public SupervisedTrainer(
            Torch torch,
            CausalLm model,
            OptimizerOptions options,
            long steps,
            LongFunction<List<Batch>> batches,
            List<Batch> validation,
            boolean dropout,
            long seed) {
        this.torch = torch;
        this.model = model;
        this.batches = batches;
        this.validation = validation;
        this.dropout = dropout;
        this.seed = seed;
        this.loss = new LmLoss(torch, model);
        this.optimizer = new Optimizer(torch, model.parameters().trained(), options, steps);
    }

    /**
     * Plans the memory of a run.
     *
     * @param width tokens of the longest row
     */
    static MemoryPlan plan(
            Torch torch,
            CausalLm model,
            OptimizerOptions options,
            boolean checkpointing,
            int rows,
            int width,
            boolean dropout) {
        long labels = (long) rows * (width - 1);
        return new MemoryPlan(torch)
                .trained(model.parameters(), options)
                .pass(PassMemory.recorded(
                        torch,
                        model.config(),
                        model.parameters(),
                        checkpointing,
                        rows,
                        width - 1,
                        labels,
                        dropout,
                        true));
    }

    @Override
    public Map<String, Double> step(long step, boolean logged) {
        torch.seed(CounterRng.hash(seed, step)); // nothing but dropout draws from it
        List<Batch> micro = batches.apply(step);
        LmLoss.Sums sums;
        try (AdapterDropout _ = model.parameters().enableAdapterDropout()) {
            sums = loss.backward(micro, dropout, logged);
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("loss", sums.meanLoss());
        if (logged) {
            UpdateRatios ratios = new UpdateRatios(model.parameters().trained());
            metrics.put("grad_norm", optimizer.step(step, ratios).gradNorm());
            metrics.put("learning_rate", optimizer.rate(step));
            metrics.put("mean_token_accuracy", sums.accuracy());
            metrics.put("entropy", sums.meanEntropy());
            metrics.putAll(ratios.ratios());
        } else {
            optimizer.step(step);
        }
        metrics.put(
                "num_tokens", (double) micro.stream().mapToLong(Batch::tokens).sum());
        return metrics;
    }

    @Override
    public Map<String, Double> evaluate() {
        if (validation.isEmpty()) {
            return Map.of();
        }
        LmLoss.Sums sums = loss.evaluate(validation);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("eval_loss", sums.meanLoss());
        metrics.put("eval_mean_token_accuracy", sums.accuracy());
        metrics.put("eval_entropy", sums.meanEntropy());
        return metrics;
    }

    @Override
    public List<Optimizer> optimizers() {
        return List.of(optimizer);
    }
}

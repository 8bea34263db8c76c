package dev.rlhf.stages.reward;

import ai.djl.ndarray.NDArray;
import dev.rlhf.inference.ScoreBatch;
import dev.rlhf.model.Parameters;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.rl.Moments;
import dev.rlhf.rl.RankedPairs;
import dev.rlhf.rl.RankingLoss;
import dev.rlhf.rl.RankingStats;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.CounterRng;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import dev.rlhf.train.AdamW;
import dev.rlhf.train.OptimizerSettings;
import dev.rlhf.train.ParameterGroup;
import dev.rlhf.train.TrainingLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/** The step of reward training. All completions of a prompt are in one forward pass; a micro-batch is some prompts. */
public final class RewardTrainer implements TrainingLoop.Work, AutoCloseable {
    private final Torch torch;
    private final ScalarModel model;
    private final OptimizerSettings settings;
    private final LongFunction<List<RankedGroup>> batches;
    private final List<RankedGroup> validation;
    private final int microBatch;
    private final double centre;
    private final long seed;
    private final AdamW optimizer;

    /**
     * @param batches the prompts of a step, by its number from 1
     * @param microBatch prompts a forward pass
     */
    public RewardTrainer(
            Torch torch,
            ScalarModel model,
            OptimizerSettings settings,
            LongFunction<List<RankedGroup>> batches,
            List<RankedGroup> validation,
            int microBatch,
            double centre,
            long seed) {
        this.torch = torch;
        this.model = model;
        this.settings = settings;
        this.batches = batches;
        this.validation = validation;
        this.microBatch = microBatch;
        this.centre = centre;
        this.seed = seed;
        this.optimizer = new AdamW(
                torch, settings.adam(), ParameterGroup.of(model.parameters().trained(), settings.weightDecay()));
    }

    @Override
    public Map<String, Double> step(long step, boolean logged) {
        List<RankedGroup> prompts = batches.apply(step);
        Totals totals = new Totals();
        torch.seed(CounterRng.hash(seed, step)); // the adapters' dropout alone draws from it
        for (List<RankedGroup> micro : parts(prompts)) {
            try (Parameters.AdapterDropout _ = model.parameters().adapterDropout();
                    Scope _ = new Scope()) {
                Autograd.step(() -> loss(micro, prompts.size(), totals));
            }
        }
        double rate = settings.rate(step);
        AdamW.Step done = optimizer.step(rate, settings.maxGradNorm());
        Map<String, Double> figures = totals.figures("");
        figures.put("grad_norm", done.gradNorm());
        figures.put("learning_rate", rate);
        figures.put("num_tokens", (double) totals.tokens);
        return figures;
    }

    @Override
    public Map<String, Double> evaluate() {
        if (validation.isEmpty()) {
            return Map.of();
        }
        Totals totals = new Totals();
        for (List<RankedGroup> micro : parts(validation)) {
            try (Scope _ = new Scope()) {
                loss(micro, validation.size(), totals);
            }
        }
        return totals.figures("eval_");
    }

    private NDArray loss(List<RankedGroup> groups, int stepPrompts, Totals totals) {
        List<int[]> sequences = new ArrayList<>();
        List<List<RankedPairs.Order>> prompts = new ArrayList<>();
        for (RankedGroup group : groups) {
            int offset = sequences.size();
            prompts.add(
                    group.orders().stream().map(order -> order.moved(offset)).toList());
            sequences.addAll(group.sequences());
        }
        NDArray rewards = ScoreBatch.forward(torch, model, sequences);
        RankingLoss.Result result = RankingLoss.kWay(torch, rewards, RankedPairs.of(prompts), stepPrompts, centre);
        totals.add(result.stats(), rewards.toFloatArray(), sequences);
        return result.loss();
    }

    private List<List<RankedGroup>> parts(List<RankedGroup> groups) {
        List<List<RankedGroup>> parts = new ArrayList<>();
        for (int from = 0; from < groups.size(); from += microBatch) {
            parts.add(groups.subList(from, Math.min(groups.size(), from + microBatch)));
        }
        return parts;
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

    /** Sums over micro-batches. */
    private static final class Totals {
        private RankingStats stats = RankingStats.NONE;
        private Moments rewards = Moments.NONE;
        private long tokens;

        void add(RankingStats own, float[] scores, List<int[]> sequences) {
            stats = stats.plus(own);
            rewards = rewards.plus(Moments.of(scores));
            tokens += sequences.stream().mapToLong(s -> s.length).sum();
        }

        Map<String, Double> figures(String prefix) {
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put(prefix + "loss", stats.meanLoss());
            figures.put(prefix + "accuracy", stats.accuracy());
            figures.put(prefix + "margin", stats.meanMargin());
            figures.put(prefix + "reward/mean", rewards.mean());
            figures.put(prefix + "reward/std", rewards.std());
            return figures;
        }
    }
}

package dev.rlhf.stages.reward;

import ai.djl.ndarray.NDArray;
import dev.rlhf.base.CounterRng;
import dev.rlhf.data.LengthBatches;
import dev.rlhf.inference.ScoreBatch;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.model.lora.AdapterDropout;
import dev.rlhf.rl.Moments;
import dev.rlhf.rl.RankedPairs;
import dev.rlhf.rl.RankingLoss;
import dev.rlhf.rl.RankingStats;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import dev.rlhf.train.MemoryPlan;
import dev.rlhf.train.Optimizer;
import dev.rlhf.train.OptimizerOptions;
import dev.rlhf.train.PassMemory;
import dev.rlhf.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * Trains a reward model. A step is a forward and backward pass of each micro-batch and one step of AdamW; a micro-batch
 * consists of prompts with all their completions.
 */
public final class RewardTrainer implements Trainer {
    private static final String EVAL = "eval_";
    /** Names of the metrics on held-out prompts. */
    static final String[] EVALUATED = new Totals().metrics(EVAL).keySet().toArray(String[]::new);

    private final Torch torch;
    private final ScalarModel model;
    private final LongFunction<List<RankedGroup>> batches;
    private final List<RankedGroup> validation;
    private final LengthBatches limits;
    private final double centre;
    private final long seed;
    private final Optimizer optimizer;

    /**
     * @param steps optimizer steps of the whole run
     * @param batches prompts of a step, by its number from 1
     * @param validation held-out prompts; may be empty
     * @param limits prompts and tokens per forward pass
     * @param centre c of {@link RankingLoss}
     */
    public RewardTrainer(
            Torch torch,
            ScalarModel model,
            OptimizerOptions options,
            long steps,
            LongFunction<List<RankedGroup>> batches,
            List<RankedGroup> validation,
            LengthBatches limits,
            double centre,
            long seed) {
        this.torch = torch;
        this.model = model;
        this.batches = batches;
        this.validation = validation;
        this.limits = limits;
        this.centre = centre;
        this.seed = seed;
        this.optimizer = new Optimizer(torch, model.parameters().trained(), options, steps);
    }

    /**
     * Plans the memory of a run.
     *
     * @param groups the training prompts
     * @param limits prompts and tokens per forward pass
     */
    static MemoryPlan plan(
            Torch torch,
            ScalarModel model,
            OptimizerOptions options,
            boolean checkpointing,
            List<RankedGroup> groups,
            LengthBatches limits) {
        int most = groups.stream()
                .mapToInt(group -> group.sequences().size())
                .max()
                .orElseThrow();
        int width = groups.stream()
                .flatMap(group -> group.sequences().stream())
                .mapToInt(sequence -> sequence.length)
                .max()
                .orElseThrow();
        int prompts = Math.min(limits.most(), groups.size());
        int[] tokens = groups.stream().mapToInt(RankedGroup::tokens).toArray();
        long rows = limits.packed()
                ? Math.ceilDiv(limits.packedTokens(tokens), width)
                : Math.max(most, Math.min((long) prompts * most, limits.tokens() / width));
        return new MemoryPlan(torch)
                .trained(model.parameters(), options)
                .pass(PassMemory.recorded(
                        torch, model.config(), model.parameters(), checkpointing, rows, width, 0, false, true));
    }

    @Override
    public Map<String, Double> step(long step, boolean logged) {
        torch.seed(CounterRng.hash(seed, step)); // nothing but the adapters' dropout draws from it
        Totals totals = backward(batches.apply(step));
        Map<String, Double> metrics = totals.metrics("");
        metrics.put("grad_norm", optimizer.step(step).gradNorm());
        metrics.put("learning_rate", optimizer.rate(step));
        metrics.put("num_tokens", (double) totals.tokens);
        return metrics;
    }

    /** Runs forward and backward passes for the prompts of one optimizer step. */
    Totals backward(List<RankedGroup> prompts) {
        Totals totals = new Totals();
        for (List<RankedGroup> micro : parts(prompts)) {
            try (AdapterDropout _ = model.parameters().enableAdapterDropout();
                    Scope _ = new Scope()) {
                Autograd.step(() -> loss(micro, prompts.size(), totals));
            }
        }
        return totals;
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
        return totals.metrics(EVAL);
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
        NDArray rewards = ScoreBatch.forward(torch, model, sequences, limits.packed());
        RankingLoss.Result result = RankingLoss.kWay(torch, rewards, RankedPairs.of(prompts), stepPrompts, centre);
        totals.add(result.stats(), rewards.toFloatArray(), sequences);
        return result.loss();
    }

    private List<List<RankedGroup>> parts(List<RankedGroup> groups) {
        int[] longest = groups.stream().mapToInt(RankedGroup::longest).toArray();
        int[] sequences =
                groups.stream().mapToInt(group -> group.sequences().size()).toArray();
        int[] tokens = groups.stream().mapToInt(RankedGroup::tokens).toArray();
        List<int[]> parts = limits.packed() ? limits.of(tokens) : limits.of(longest, sequences);
        return parts.stream()
                .map(rows -> Arrays.stream(rows).mapToObj(groups::get).toList())
                .toList();
    }

    @Override
    public List<Optimizer> optimizers() {
        return List.of(optimizer);
    }

    /** Sums over micro-batches. */
    static final class Totals {
        private RankingStats stats = RankingStats.NONE;
        private Moments rewards = Moments.NONE;
        private long tokens;

        void add(RankingStats own, float[] scores, List<int[]> sequences) {
            stats = stats.plus(own);
            rewards = rewards.plus(Moments.of(scores));
            tokens += sequences.stream().mapToLong(s -> s.length).sum();
        }

        Map<String, Double> metrics(String prefix) {
            Map<String, Double> metrics = new LinkedHashMap<>();
            metrics.put(prefix + "loss", stats.meanLoss());
            metrics.put(prefix + "accuracy", stats.accuracy());
            metrics.put(prefix + "margin", stats.meanMargin());
            metrics.put(prefix + "reward/mean", rewards.mean());
            metrics.put(prefix + "reward/std", rewards.std());
            return metrics;
        }
    }
}

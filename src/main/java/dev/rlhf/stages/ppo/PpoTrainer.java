package dev.rlhf.stages.ppo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.data.BatchSampler;
import dev.rlhf.data.EpochOrder;
import dev.rlhf.data.Shuffle;
import dev.rlhf.generate.Completion;
import dev.rlhf.generate.Generator;
import dev.rlhf.generate.Sampling;
import dev.rlhf.inference.PromptEncoder;
import dev.rlhf.report.console.Numbers;
import dev.rlhf.report.log.SampleRow;
import dev.rlhf.rl.Gae;
import dev.rlhf.rl.KlController;
import dev.rlhf.rl.KlEstimator;
import dev.rlhf.rl.Masked;
import dev.rlhf.rl.PolicyStats;
import dev.rlhf.rl.PpoLoss;
import dev.rlhf.rl.TokenRewards;
import dev.rlhf.rl.ValueStats;
import dev.rlhf.rl.Whitening;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.CounterRng;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Tokenizer;
import dev.rlhf.train.AdamW;
import dev.rlhf.train.LoopClock;
import dev.rlhf.train.Optimizer;
import dev.rlhf.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * PPO (Ouyang 2022, section 3.5; Schulman 2017, algorithm 1). {@link #step} is one update, in the order of the paper.
 * Policy and critic have an optimizer, a gradient norm and a clip each, so that the scale of one loss never shrinks the
 * other model's step. All randomness depends on (seed, episode), so a resumed run equals an uninterrupted one.
 */
public class PpoTrainer implements Trainer {
    private static final String FORMAT = "ppo_state";

    private final Torch torch;
    private final PpoOptions o;
    private final PpoModels models;
    private final Tokenizer tokenizer;
    private final List<int[]> prompts;
    private final BatchSampler order;
    private final Generator generator;
    private final Sampling sampling;
    private final int responseLength;
    private final Optimizer policyOptimizer;
    private final Optimizer criticOptimizer;
    private final @Nullable KlController controller;
    private final LoopClock clock = new LoopClock();
    private double klCoef;
    private Map<String, Double> last = Map.of();
    private List<SampleRow> samples = List.of();

    /**
     * @param prompts token ids; each update takes the next {@code rollout_batch_size} in a shuffled order
     * @param responseLength most new tokens per episode
     */
    public PpoTrainer(
            Torch torch,
            PpoOptions o,
            PpoModels models,
            Tokenizer tokenizer,
            ConversationFormat format,
            List<int[]> prompts,
            int responseLength) {
        long seed = o.loop().seed();
        this.torch = torch;
        this.o = o;
        this.models = models;
        this.tokenizer = tokenizer;
        this.prompts = prompts;
        this.order = new BatchSampler(EpochOrder.shuffled(prompts.size(), seed), 1);
        this.generator = new Generator(torch, models.policy(), o.rollout_batch_size());
        this.sampling = new Sampling(
                o.temperature(),
                0,
                1,
                responseLength,
                PromptEncoder.stopIds(format, models.policy().config().eosIds()),
                seed);
        this.responseLength = responseLength;
        this.policyOptimizer = new Optimizer(
                torch,
                "policy.",
                models.policy().parameters().trained(),
                o.optimizer(),
                o.updates() - o.critic_warmup_updates(),
                1);
        this.criticOptimizer = new Optimizer(
                torch,
                "value.",
                models.critic().parameters().trained(),
                o.optimizer(),
                o.updates(),
                o.critic_lr_factor());
        this.controller = o.kl_target() == null ? null : new KlController(o.kl_target(), o.kl_horizon());
        this.klCoef = o.kl_coef();
    }

    @Override
    public Map<String, Double> step(long update, boolean logged) {
        clock.lap();
        List<Episode> episodes = clock.time("generate", () -> rollOut(update)); // 1. roll out
        Evaluation e = evaluate(episodes); // 2. evaluate with all four models
        int[] lengths = e.lengths();
        int[] slots = e.valueLengths();

        float[] scores = o.missingEos().apply(e.scores(), Episode.ended(episodes)); // 3. reward
        float[][] kl = KlEstimator.K1.perToken(e.logp(), e.ref(), lengths);
        float[][] earned = TokenRewards.of(kl, lengths, slots, scores, klCoef);
        float[][] rewards = o.whiten_rewards() ? Whitening.scale(earned, slots) : earned;

        Gae gae = Gae.of(rewards, e.values(), slots, o.gamma(), o.lam()); // 4. advantages
        float[][] advantages = o.whiten_advantages() ? Whitening.whiten(gae.advantages(), lengths) : gae.advantages();
        Rollout rollout = new Rollout(episodes, e, scores, kl, rewards, gae, advantages);

        List<MiniBatch> minibatches = clock.time("update", () -> clippedSteps(update, rollout)); // 5. clipped steps

        double used = klCoef;
        if (controller != null && trainsPolicy(update)) {
            klCoef = controller.next(klCoef, Masked.sequenceMean(kl, lengths), episodes.size()); // 6. adapt β
        }
        samples = PpoMetrics.samples(rollout, tokenizer);
        last = metrics(update, rollout, minibatches, used);
        return last;
    }

    /** Samples one response to each of the update's prompts. */
    List<Episode> rollOut(long update) {
        int size = o.rollout_batch_size();
        long first = (update - 1) * size;
        List<int[]> drawn = IntStream.range(0, size)
                .mapToObj(i -> prompts.get(order.batch(first + i)[0]))
                .toList();
        long[] streams = IntStream.range(0, size).mapToLong(i -> first + i).toArray();
        List<Completion> completions = generator.generate(drawn, streams, sampling, done -> {});
        return IntStream.range(0, size)
                .mapToObj(i -> new Episode(
                        drawn.get(i),
                        completions.get(i).ids(),
                        completions.get(i).stopped()))
                .toList();
    }

    /** Runs the four models on the episodes, without gradients. */
    Evaluation evaluate(List<Episode> episodes) {
        return Evaluation.of(torch, o, models, episodes, responseLength, clock);
    }

    /** Optimizes both losses over {@code num_ppo_epochs} passes; stops after a pass that exceeds {@code target_kl}. */
    List<MiniBatch> clippedSteps(long update, Rollout rollout) {
        List<MiniBatch> done = new ArrayList<>();
        int rows = rollout.episodes().size();
        int parts = o.num_mini_batches();
        for (int epoch = 0; epoch < o.num_ppo_epochs(); epoch++) {
            int[] shuffled = Shuffle.permutation(rows, CounterRng.hash(o.loop().seed(), update), epoch);
            double approxkl = 0;
            for (int part = 0; part < parts; part++) {
                int[] minibatch = Arrays.copyOfRange(shuffled, part * rows / parts, (part + 1) * rows / parts);
                Losses losses = backward(rollout, minibatch, trainsPolicy(update));
                done.add(optimise(losses, update));
                approxkl += losses.policy() == null ? 0 : losses.policy().approxkl() / parts;
            }
            if (o.target_kl() != null && approxkl > 1.5 * o.target_kl()) {
                break;
            }
        }
        return done;
    }

    /** Losses of one minibatch before its step; the policy's is null while the critic alone is trained. */
    record Losses(@Nullable PolicyStats policy, ValueStats value) {}

    /** Losses and steps of one minibatch; the policy's step is null while the critic alone is trained. */
    record MiniBatch(Losses losses, AdamW.@Nullable Step policy, AdamW.Step critic) {}

    /**
     * Runs forward and backward of some rows of a rollout, with both clipped losses. The policy loss is divided by the
     * response tokens of all these rows, the value loss by their values, so that splitting them into micro-batches
     * changes nothing.
     *
     * @param trainPolicy false: the critic alone
     */
    Losses backward(Rollout rollout, int[] rows, boolean trainPolicy) {
        PolicyStats policy = PolicyStats.NONE;
        ValueStats value = ValueStats.NONE;
        long tokens = Masked.count(rollout.lengths(), rows);
        long values = Masked.count(rollout.valueLengths(), rows);
        int size = o.per_device_train_batch_size();
        for (int from = 0; from < rows.length; from += size) {
            Rollout.Rows micro = rollout.select(Arrays.copyOfRange(rows, from, Math.min(rows.length, from + size)));
            if (trainPolicy) {
                policy = policy.plus(backwardPolicy(micro, tokens));
            }
            value = value.plus(backwardValue(micro, values));
        }
        return new Losses(trainPolicy ? policy : null, value);
    }

    private PolicyStats backwardPolicy(Rollout.Rows rows, long tokens) {
        try (Scope _ = new Scope()) {
            NDArray old = constant(rows.logp());
            NDArray advantages = constant(rows.advantages());
            return Autograd.step(
                            () -> {
                                NDList now = rows.batch().logprobs(torch, models.policy(), o.temperature());
                                return PpoLoss.policy(
                                        torch, now.get(0), now.get(1), old, advantages, o.cliprange(), tokens);
                            },
                            PpoLoss.Policy::loss)
                    .stats();
        }
    }

    private ValueStats backwardValue(Rollout.Rows rows, long count) {
        try (Scope _ = new Scope()) {
            NDArray old = constant(rows.values());
            NDArray returns = constant(rows.returns());
            return Autograd.step(
                            () -> {
                                NDArray now = rows.batch().values(torch, models.critic());
                                return PpoLoss.value(torch, now, old, returns, o.cliprange_value(), count);
                            },
                            value -> torch.kernels().call("times", value.loss(), o.vf_coef()))
                    .stats();
        }
    }

    private NDArray constant(float[] values) {
        return torch.floats(values, values.length);
    }

    /** Clips and applies the gradients of {@link #backward}, separately for each model. */
    MiniBatch optimise(Losses losses, long update) {
        AdamW.Step policy = losses.policy() == null ? null : policyOptimizer.step(policyUpdate(update));
        return new MiniBatch(losses, policy, criticOptimizer.step(update));
    }

    /** Updates of the critic's warm-up leave the policy, its optimizer, its learning-rate schedule and β untouched. */
    private boolean trainsPolicy(long update) {
        return policyUpdate(update) > 0;
    }

    private long policyUpdate(long update) {
        return update - o.critic_warmup_updates();
    }

    private Map<String, Double> metrics(long update, Rollout rollout, List<MiniBatch> minibatches, double used) {
        long tokens = Masked.count(rollout.lengths());
        Map<String, Double> metrics = PpoMetrics.of(rollout, minibatches, used);
        metrics.put("lr", trainsPolicy(update) ? policyOptimizer.rate(policyUpdate(update)) : 0);
        metrics.put("lr/critic", criticOptimizer.rate(update));
        metrics.put("episode", (double) update * o.rollout_batch_size());
        clock.tokens(tokens);
        metrics.putAll(clock.lap());
        metrics.put("eps", o.rollout_batch_size() / metrics.getOrDefault("perf/seconds", Double.NaN));
        metrics.put("num_tokens", (double) tokens);
        return metrics;
    }

    @Override
    public List<SampleRow> samples() {
        return samples;
    }

    /** Returns the metrics of the last update; {@code num_tokens} is that of the update alone. */
    Map<String, Double> last() {
        return last;
    }

    @Override
    public List<Optimizer> optimizers() {
        return List.of(policyOptimizer, criticOptimizer);
    }

    @Override
    public void saveCounters(ObjectNode counters) {
        counters.put("kl_coef", klCoef);
        counters.put(FORMAT, 2);
    }

    /** @throws InputException if an older version wrote the state and stepped the policy's optimizer in the warm-up */
    @Override
    public void restoreCounters(ObjectNode counters) {
        if (!counters.has(FORMAT) && o.critic_warmup_updates() > 0) {
            throw InputException.at(
                    o.loop().output_dir().resolve("state"),
                    "is of an older version of rlhf, which counted the critic's warm-up as steps of the policy's"
                            + " optimizer; delete it to train from the start, or set critic_warmup_updates to 0");
        }
        klCoef = counters.path("kl_coef").asDouble(klCoef);
    }

    @Override
    public String headline(Map<String, Double> metrics) {
        return "score " + Numbers.number(metrics.getOrDefault("objective/scores", Double.NaN)) + "  kl "
                + Numbers.number(metrics.getOrDefault("objective/kl", Double.NaN));
    }
}

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
import dev.rlhf.inference.Models;
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
import dev.rlhf.train.OptimizerSettings;
import dev.rlhf.train.ParameterGroup;
import dev.rlhf.train.TrainingLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * PPO, one update after another; {@link #step} is the algorithm in the order of the paper (Ouyang 2022, section 3.5; Schulman
 * 2017, algorithm 1). Policy and critic have an optimizer, a gradient norm and a clip each, so that the scale of one loss never
 * shrinks the other model's step. All randomness hangs on (seed, episode), so a resumed run equals an uninterrupted one.
 */
public final class PpoTrainer implements TrainingLoop.Work, AutoCloseable {
    private static final int SAMPLES_SHOWN = 10;
    private static final String FORMAT = "ppo_state";

    private final Torch torch;
    private final PpoOptions o;
    private final PpoModels models;
    private final Tokenizer tokenizer;
    private final List<int[]> prompts;
    private final BatchSampler order;
    private final Generator generator;
    private final Sampling sampling;
    private final OptimizerSettings policyRates;
    private final OptimizerSettings criticRates;
    private final AdamW policyOptimizer;
    private final AdamW criticOptimizer;
    private final KlController controller;
    private final int responseLength;
    private final LoopClock clock = new LoopClock();
    private double klCoef;
    private Map<String, Double> last = Map.of();
    private List<SampleRow> samples = List.of();

    public PpoTrainer(
            Torch torch,
            PpoOptions o,
            PpoModels models,
            Tokenizer tokenizer,
            ConversationFormat format,
            List<int[]> prompts,
            int responseLength) {
        this.torch = torch;
        this.responseLength = responseLength;
        this.o = o;
        this.models = models;
        this.tokenizer = tokenizer;
        this.prompts = prompts;
        this.order =
                new BatchSampler(EpochOrder.shuffled(prompts.size(), o.loop().seed()), 1);
        this.generator = new Generator(torch, models.policy(), o.rollout_batch_size());
        this.sampling = new Sampling(
                o.temperature(),
                0,
                1,
                responseLength,
                Models.stopIds(format, models.policy().config()),
                o.loop().seed());
        this.policyRates = o.optimizer().settings(o.updates() - o.critic_warmup_updates());
        this.criticRates = o.optimizer().settings(o.updates());
        this.policyOptimizer = optimizer("policy.", models.policy().parameters().trained(), policyRates);
        this.criticOptimizer = optimizer("value.", models.critic().parameters().trained(), criticRates);
        this.controller = o.kl_target() == null
                ? new KlController.Fixed()
                : new KlController.Adaptive(o.kl_target(), o.kl_horizon());
        this.klCoef = o.kl_coef();
    }

    /** An optimizer whose state has names that policy and critic do not share. */
    private AdamW optimizer(String prefix, Map<String, NDArray> parameters, OptimizerSettings settings) {
        Map<String, NDArray> named = new LinkedHashMap<>();
        parameters.forEach((name, tensor) -> named.put(prefix + name, tensor));
        return new AdamW(torch, settings.adam(), ParameterGroup.of(named, settings.weightDecay()));
    }

    @Override
    public Map<String, Double> step(long update, boolean logged) {
        clock.lap();
        List<Episode> episodes = clock.time("generate", () -> generate(update)); // 1. roll out
        Rollout rollout = rollout(episodes, evaluate(episodes)); // 2. evaluate, 3. reward, 4. advantages
        List<MiniBatch> minibatches = clock.time("update", () -> learn(update, rollout)); // 5. clipped steps
        double kl = Masked.sequenceMean(rollout.kl(), rollout.lengths());
        double used = klCoef;
        if (trainsPolicy(update)) {
            klCoef = controller.next(klCoef, kl, episodes.size()); // 6. adapt β
        }
        clock.tokens(Masked.count(rollout.lengths()));
        samples = samples(rollout);
        last = metrics(update, rollout, minibatches, used);
        return last;
    }

    /** Updates of the critic's warm-up leave the policy, its optimizer, its learning-rate schedule and β untouched. */
    private boolean trainsPolicy(long update) {
        return update > o.critic_warmup_updates();
    }

    private List<Episode> generate(long update) {
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

    /** What the four models say of episodes; without gradients. */
    Evaluation evaluate(List<Episode> episodes) {
        int[] lengths = Episode.lengths(episodes);
        return Evaluation.of(
                torch,
                models,
                episodes,
                o.reward_position().rewardLengths(lengths, responseLength),
                o.temperature(),
                o.per_device_train_batch_size(),
                clock);
    }

    /** Rewards and advantages of evaluated episodes, with the current β. */
    Rollout rollout(List<Episode> episodes, Evaluation e) {
        int[] lengths = Episode.lengths(episodes);
        int[] rewardLengths = o.reward_position().rewardLengths(lengths, responseLength);
        float[] scores = o.missingEos().apply(e.scores(), Episode.ended(episodes));
        float[][] kl = KlEstimator.K1.perToken(e.logp(), e.ref(), lengths);
        float[][] earned = TokenRewards.of(kl, lengths, rewardLengths, scores, klCoef);
        float[][] rewards = o.whiten_rewards() ? Whitening.UNBIASED.scale(earned, rewardLengths) : earned;
        Gae gae = Gae.of(rewards, e.values(), rewardLengths, o.gamma(), o.lam());
        float[][] advantages =
                o.whiten_advantages() ? Whitening.UNBIASED.whiten(gae.advantages(), lengths) : gae.advantages();
        return new Rollout(episodes, lengths, rewardLengths, e, scores, kl, rewards, gae, advantages);
    }

    /** Some passes over a rollout in minibatches, each a step of both optimizers; ends early as {@code target_kl} says. */
    private List<MiniBatch> learn(long update, Rollout rollout) {
        List<MiniBatch> done = new ArrayList<>();
        int rows = rollout.episodes().size();
        int parts = o.num_mini_batches();
        for (int epoch = 0; epoch < o.num_ppo_epochs(); epoch++) {
            int[] shuffled = Shuffle.permutation(rows, CounterRng.hash(o.loop().seed(), update), epoch);
            double approxkl = 0;
            for (int part = 0; part < parts; part++) {
                List<Integer> own = Arrays.stream(shuffled, part * rows / parts, (part + 1) * rows / parts)
                        .boxed()
                        .toList();
                Losses losses = backward(rollout, own, trainsPolicy(update));
                done.add(optimise(losses, policyRate(update), criticRate(update)));
                approxkl += losses.policy() == null ? 0 : losses.policy().approxkl() / parts;
            }
            if (o.target_kl() != null && approxkl > 1.5 * o.target_kl()) {
                break;
            }
        }
        return done;
    }

    /** The schedule counts the policy's own updates; 0 during the critic's warm-up. */
    private double policyRate(long update) {
        return trainsPolicy(update) ? policyRates.rate(update - o.critic_warmup_updates()) : 0;
    }

    private double criticRate(long update) {
        return criticRates.rate(update) * o.critic_lr_factor();
    }

    /**
     * Losses of one minibatch, before its step.
     *
     * @param policy null while the critic alone is trained
     * @param entropy mean over its tokens of the policy's entropy, nats
     */
    record Losses(@Nullable PolicyStats policy, double entropy, ValueStats value) {}

    /**
     * What one minibatch did.
     *
     * @param policy null while the critic alone is trained
     */
    record MiniBatch(Losses losses, AdamW.@Nullable Step policy, AdamW.Step critic) {}

    /**
     * Forward and backward of some rows of a rollout, with both clipped losses. The policy loss is divided by the response
     * tokens of all these rows, the value loss by their values, so that cutting them into micro-batches changes nothing.
     *
     * @param trainPolicy false: the critic alone
     */
    Losses backward(Rollout rollout, List<Integer> rows, boolean trainPolicy) {
        PolicyStats policy = PolicyStats.NONE;
        ValueStats value = ValueStats.NONE;
        double entropy = 0;
        long tokens = Rollout.count(rollout.lengths(), rows);
        long values = Rollout.count(rollout.valueLengths(), rows);
        for (int from = 0; from < rows.size(); from += o.per_device_train_batch_size()) {
            List<Integer> micro = rows.subList(from, Math.min(rows.size(), from + o.per_device_train_batch_size()));
            EpisodeBatch batch = rollout.batch(micro);
            if (trainPolicy) {
                PolicyPart part = backwardPolicy(rollout, micro, batch, tokens);
                policy = policy.plus(part.stats());
                entropy += part.entropySum();
            }
            value = value.plus(backwardValue(rollout, micro, batch, values));
        }
        return new Losses(trainPolicy ? policy : null, entropy / tokens, value);
    }

    private record PolicyPart(PolicyStats stats, double entropySum) {}

    private PolicyPart backwardPolicy(Rollout rollout, List<Integer> rows, EpisodeBatch batch, long tokens) {
        try (Scope _ = new Scope()) {
            NDArray old = constant(rollout.evaluation().logp(), rollout.lengths(), rows);
            NDArray advantages = constant(rollout.advantages(), rollout.lengths(), rows);
            List<PolicyPart> result = new ArrayList<>();
            Autograd.record(() -> {
                NDList out = batch.logprobs(torch, models.policy(), o.temperature());
                PpoLoss.Policy loss = PpoLoss.policy(torch, out.get(0), old, advantages, null, o.cliprange(), tokens);
                Autograd.backward(loss.loss());
                return result.add(new PolicyPart(loss.stats(), out.get(1).sum().getFloat()));
            });
            return result.getFirst();
        }
    }

    private ValueStats backwardValue(Rollout rollout, List<Integer> rows, EpisodeBatch batch, long count) {
        try (Scope _ = new Scope()) {
            NDArray old = constant(rollout.evaluation().values(), rollout.valueLengths(), rows);
            NDArray returns = constant(rollout.gae().returns(), rollout.valueLengths(), rows);
            List<ValueStats> result = new ArrayList<>();
            Autograd.record(() -> {
                NDArray values = batch.values(torch, models.critic());
                PpoLoss.Value loss = PpoLoss.value(torch, values, old, returns, null, o.cliprange_value(), count);
                Autograd.backward(torch.kernels().call("times", loss.loss(), o.vf_coef()));
                return result.add(loss.stats());
            });
            return result.getFirst();
        }
    }

    private NDArray constant(float[][] values, int[] lengths, List<Integer> rows) {
        float[] flat = Rollout.flat(values, lengths, rows);
        return torch.floats(flat, flat.length);
    }

    /** Clips and applies the gradients that {@link #backward} left, each model's by itself. */
    MiniBatch optimise(Losses losses, double policyRate, double criticRate) {
        AdamW.Step policy =
                losses.policy() == null ? null : policyOptimizer.step(policyRate, policyRates.maxGradNorm());
        return new MiniBatch(losses, policy, criticOptimizer.step(criticRate, criticRates.maxGradNorm()));
    }

    private Map<String, Double> metrics(long update, Rollout rollout, List<MiniBatch> minibatches, double klCoef) {
        Map<String, Double> metrics = PpoMetrics.of(rollout, minibatches, klCoef);
        metrics.put("lr", policyRate(update));
        metrics.put("lr/critic", criticRate(update));
        metrics.put("episode", (double) update * o.rollout_batch_size());
        metrics.putAll(clock.lap());
        metrics.put("eps", o.rollout_batch_size() / metrics.getOrDefault("perf/seconds", Double.NaN));
        metrics.put("num_tokens", (double) Masked.count(rollout.lengths()));
        return metrics;
    }

    private List<SampleRow> samples(Rollout rollout) {
        double[] kl = Masked.rowSums(rollout.kl(), rollout.lengths());
        return IntStream.range(0, Math.min(SAMPLES_SHOWN, rollout.episodes().size()))
                .mapToObj(b -> {
                    Episode episode = rollout.episodes().get(b);
                    return new SampleRow(
                            tokenizer.decode(episode.prompt(), true),
                            tokenizer.decode(episode.response(), true),
                            (double) rollout.scores()[b],
                            kl[b],
                            episode.response().length);
                })
                .toList();
    }

    @Override
    public List<SampleRow> samples() {
        return samples;
    }

    /** Metrics of the last update; {@code num_tokens} and other counts that the loop keeps are that update's alone. */
    Map<String, Double> last() {
        return last;
    }

    @Override
    public Map<String, Double> evaluate() {
        return Map.of();
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        models.policy().parameters().trained().forEach((name, tensor) -> state.put("policy." + name, tensor));
        models.critic().parameters().trained().forEach((name, tensor) -> state.put("value." + name, tensor));
        state.putAll(policyOptimizer.state());
        state.putAll(criticOptimizer.state());
        return state;
    }

    @Override
    public void saveCounters(ObjectNode counters) {
        counters.put("kl_coef", klCoef);
        counters.put(FORMAT, 2);
    }

    /** @throws InputException if an older version wrote the state, and stepped the policy's optimizer in the critic's warm-up */
    @Override
    public void restoreCounters(ObjectNode counters) {
        if (!counters.has(FORMAT) && o.critic_warmup_updates() > 0) {
            throw InputException.at(
                    o.loop().output_dir().resolve("state"),
                    "is of an older version of rlhf, which counted the critic's warm-up as steps of the policy's optimizer;"
                            + " delete it to train from the start, or set critic_warmup_updates to 0");
        }
        klCoef = counters.path("kl_coef").asDouble(klCoef);
    }

    @Override
    public String headline(Map<String, Double> figures) {
        return "score " + Numbers.number(figures.getOrDefault("objective/scores", Double.NaN)) + "  kl "
                + Numbers.number(figures.getOrDefault("objective/kl", Double.NaN));
    }

    @Override
    public long skippedSteps() {
        return policyOptimizer.skipped() + criticOptimizer.skipped();
    }

    @Override
    public long appliedSteps() {
        return Math.min(policyOptimizer.applied(), criticOptimizer.applied());
    }

    @Override
    public void close() {
        policyOptimizer.close();
        criticOptimizer.close();
    }
}

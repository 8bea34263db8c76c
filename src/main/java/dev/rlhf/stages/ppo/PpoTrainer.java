package dev.rlhf.stages.ppo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.CounterRng;
import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.InputException;
import dev.rlhf.data.Shuffle;
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
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import dev.rlhf.text.Tokenizer;
import dev.rlhf.train.AdamW;
import dev.rlhf.train.LoopClock;
import dev.rlhf.train.Optimizer;
import dev.rlhf.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * PPO (Ouyang 2022, section 3.5; Schulman 2017, algorithm 1). {@link #step} is one update, in the order of the paper.
 * Policy and critic each have an optimizer and their own gradient clipping, so that the scale of one loss never shrinks
 * the other model's step. All randomness depends on (seed, episode), so a resumed run equals an uninterrupted one.
 */
public class PpoTrainer implements Trainer {
    private static final String FORMAT = "ppo_state";

    private final Torch torch;
    private final PpoOptions o;
    private final PpoModels models;
    private final LongFunction<List<Episode>> sampler;
    private final Optional<AnswerRewards> answerRewards;
    private final int responseLength;
    private final Tokenizer tokenizer;
    private final Optimizer policyOptimizer;
    private final Optimizer criticOptimizer;
    private final @Nullable KlController controller;
    private final LoopClock clock = new LoopClock();
    private double klCoef;
    private Map<String, Double> last = Map.of();
    private List<SampleRow> samples = List.of();

    /**
     * @param sampler rolls out the episodes of an update ({@link EpisodeSampler#rollOut})
     * @param answerRewards added to the reward model's scores
     * @param responseLength maximum tokens per response
     * @param tokenizer decodes the logged samples
     */
    public PpoTrainer(
            Torch torch,
            PpoOptions o,
            PpoModels models,
            LongFunction<List<Episode>> sampler,
            Optional<AnswerRewards> answerRewards,
            int responseLength,
            Tokenizer tokenizer) {
        this.torch = torch;
        this.o = o;
        this.models = models;
        this.sampler = sampler;
        this.answerRewards = answerRewards;
        this.responseLength = responseLength;
        this.tokenizer = tokenizer;
        Map<String, NDArray> policy = models.policy().parameters().trained();
        Map<String, NDArray> critic = models.critic().parameters().trained();
        long updates = o.rollout().updates();
        long policyUpdates = updates - o.critic().critic_warmup_updates();
        this.policyOptimizer = new Optimizer(torch, "policy.", policy, o.optimizer(), policyUpdates, 1);
        double factor = o.critic().critic_lr_factor();
        this.criticOptimizer = new Optimizer(torch, "value.", critic, o.optimizer(), updates, factor);
        PpoOptions.KlPenalty kl = o.kl();
        this.controller = kl.kl_target() == null ? null : new KlController(kl.kl_target(), kl.kl_horizon());
        this.klCoef = kl.kl_coef();
    }

    /**
     * A batch of episodes with everything that stays constant during the clipped steps. Rows are as long as their own
     * episode: T_b response tokens, V_b values and rewards ({@link Evaluation}).
     *
     * @param scores [B] scores of the reward model, after the missing-EOS rule, plus {@link AnswerRewards}
     * @param kl [B][T_b] k1 per token, nats
     * @param rewards [B][V_b] rewards per token
     * @param gae [B][V_b] returns, and advantages before whitening
     * @param advantages [B][V_b] advantages for the policy loss, which reads the first T_b
     */
    record Rollout(
            List<Episode> episodes,
            Evaluation evaluation,
            float[] scores,
            float[][] kl,
            float[][] rewards,
            Gae gae,
            float[][] advantages) {}

    @Override
    public Map<String, Double> step(long update, boolean logged) {
        clock.lap();
        List<Episode> episodes = clock.time("generate", () -> sampler.apply(update)); // 1. roll out
        torch.returnAllFreeMemory();
        Evaluation e = evaluate(episodes); // 2. evaluate with all four models
        requireScores(e.scores());
        int[] lengths = e.lengths();
        int[] slots = e.valueLengths();

        float[] scores = o.rewards().missingEos().apply(e.scores(), Episode.ended(episodes)); // 3. reward
        Map<String, Double> parts =
                answerRewards.map(it -> it.addTo(scores, update, episodes)).orElse(Map.of());
        float[][] kl = KlEstimator.K1.perToken(e.logp(), e.ref(), lengths);
        float[][] earned = TokenRewards.of(kl, lengths, slots, scores, klCoef);
        float[][] rewards = o.rewards().whiten_rewards() ? Whitening.scale(earned, slots) : earned;

        PpoOptions.Advantages a = o.advantages(); // 4. advantages
        Gae gae = Gae.of(rewards, e.values(), slots, a.gamma(), a.lam());
        float[][] advantages = a.whiten_advantages() ? Whitening.whiten(gae.advantages(), lengths) : gae.advantages();
        Rollout rollout = new Rollout(episodes, e, scores, kl, rewards, gae, advantages);

        List<MiniBatch> minibatches = clock.time("update", () -> clippedSteps(update, rollout)); // 5. clipped steps

        double used = klCoef;
        if (controller != null && trainsPolicy(update)) {
            klCoef = controller.next(klCoef, Masked.sequenceMean(kl, lengths), episodes.size()); // 6. adapt β
        }
        samples = PpoMetrics.samples(rollout, tokenizer);
        last = PpoMetrics.of(update, rollout, minibatches, used, clock);
        last.putAll(parts);
        last.put("lr", trainsPolicy(update) ? policyOptimizer.rate(policyUpdate(update)) : 0);
        last.put("lr/critic", criticOptimizer.rate(update));
        return last;
    }

    /** Fails if no score is finite: the reward model is frozen, so no later update could be applied either. */
    private void requireScores(float[] scores) {
        for (float score : scores) {
            if (Float.isFinite(score)) {
                return;
            }
        }
        throw new FailedRunException(("ppo: every score of %s is %s; it has weights that are not finite, or overflows"
                        + " in this dtype (try float32)")
                .formatted(o.reward_model_path(), scores[0]));
    }

    /** Runs the four models on the episodes, without gradients. */
    Evaluation evaluate(List<Episode> episodes) {
        return Evaluation.of(torch, o, models, episodes, responseLength, clock);
    }

    /** Optimizes both losses over {@code num_ppo_epochs} passes; stops after a pass above 1.5 × {@code target_kl}. */
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
            if (o.loss().target_kl() != null && approxkl > 1.5 * o.loss().target_kl()) {
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
     * changes nothing. Without {@code trainPolicy}, the critic alone is trained.
     */
    Losses backward(Rollout rollout, int[] rows, boolean trainPolicy) {
        PolicyStats policy = PolicyStats.NONE;
        ValueStats value = ValueStats.NONE;
        long tokens = Masked.count(rollout.evaluation().lengths(), rows);
        int[] slots = rollout.evaluation().valueLengths();
        long values = Masked.count(slots, rows);
        boolean packed = o.microBatches().padding_free();
        int[] lengths = Episode.sequenceLengths(rollout.episodes(), rows);
        for (int[] picked : o.batches().of(lengths)) { // episodes of similar length together
            int[] micro = Arrays.stream(picked).map(i -> rows[i]).toArray();
            EpisodeBatch batch = EpisodeBatch.of(rollout.episodes(), slots, micro, packed);
            if (trainPolicy) {
                policy = policy.plus(backwardPolicy(rollout, micro, batch, tokens));
            }
            value = value.plus(backwardValue(rollout, micro, batch, values));
        }
        return new Losses(trainPolicy ? policy : null, value);
    }

    private PolicyStats backwardPolicy(Rollout rollout, int[] rows, EpisodeBatch batch, long tokens) {
        int[] lengths = rollout.evaluation().lengths();
        try (Scope _ = new Scope()) {
            NDArray old = constant(rollout.evaluation().logp(), lengths, rows);
            NDArray advantages = constant(rollout.advantages(), lengths, rows);
            double cliprange = o.loss().cliprange();
            Supplier<PpoLoss.Policy> forward = () -> {
                NDList now = batch.logprobs(torch, models.policy(), o.rollout().temperature());
                return PpoLoss.policy(torch, now.get(0), now.get(1), old, advantages, cliprange, tokens);
            };
            return Autograd.step(forward, PpoLoss.Policy::loss).stats();
        }
    }

    private ValueStats backwardValue(Rollout rollout, int[] rows, EpisodeBatch batch, long count) {
        int[] lengths = rollout.evaluation().valueLengths();
        try (Scope _ = new Scope()) {
            NDArray old = constant(rollout.evaluation().values(), lengths, rows);
            NDArray returns = constant(rollout.gae().returns(), lengths, rows);
            Supplier<PpoLoss.Value> forward = () -> {
                NDArray now = batch.values(torch, models.critic());
                return PpoLoss.value(torch, now, old, returns, o.loss().cliprange_value(), count);
            };
            double weight = o.loss().vf_coef();
            return Autograd.step(forward, value -> torch.kernels().call("mul", value.loss(), weight))
                    .stats();
        }
    }

    /** Returns the values of some rows, without padding and concatenated, [N]. */
    private NDArray constant(float[][] x, int[] lengths, int[] rows) {
        float[] flat = Masked.flat(x, lengths, rows);
        return torch.floats(flat, flat.length);
    }

    /** Clips and applies the gradients of {@link #backward}, separately for each model. */
    MiniBatch optimise(Losses losses, long update) {
        AdamW.Step policy = losses.policy() == null ? null : policyOptimizer.step(policyUpdate(update));
        return new MiniBatch(losses, policy, criticOptimizer.step(update));
    }

    /** Returns whether an update trains the policy; the critic's warm-up leaves it, its schedule and β untouched. */
    private boolean trainsPolicy(long update) {
        return policyUpdate(update) > 0;
    }

    private long policyUpdate(long update) {
        return update - o.critic().critic_warmup_updates();
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
        if (!counters.has(FORMAT) && o.critic().critic_warmup_updates() > 0) {
            throw InputException.at(
                    o.loop().output_dir().resolve("state"),
                    "is of an older version of rlhf, which counted the critic's warm-up as steps of the policy's"
                            + " optimizer; delete it to train from the start, or set critic_warmup_updates to 0");
        }
        klCoef = counters.path("kl_coef").asDouble(klCoef);
    }

    @Override
    public String headline(Map<String, Double> metrics) {
        return PpoMetrics.headline(metrics);
    }
}

package dev.rlhf.stage;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.data.BatchSampler;
import dev.rlhf.data.EpochOrder;
import dev.rlhf.data.Shuffle;
import dev.rlhf.generate.Completion;
import dev.rlhf.generate.Generator;
import dev.rlhf.generate.Sampling;
import dev.rlhf.report.Figures;
import dev.rlhf.report.SampleRow;
import dev.rlhf.rl.KlController;
import dev.rlhf.rl.Masked;
import dev.rlhf.tensor.CounterRng;
import dev.rlhf.tensor.Torch;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Tokenizer;
import dev.rlhf.train.AdamW;
import dev.rlhf.train.LoopClock;
import dev.rlhf.train.ParameterGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** One PPO update after another. All randomness hangs on (seed, episode), so a resumed run goes on as if never stopped. */
final class PpoWork implements TrainingLoop.Work, AutoCloseable {
    private static final int SAMPLES_SHOWN = 10;

    private final Torch torch;
    private final PpoOptions options;
    private final PpoSettings settings;
    private final OptimizerSettings rates;
    private final Rollout.Models models;
    private final Tokenizer tokenizer;
    private final List<int[]> prompts;
    private final BatchSampler order;
    private final Generator generator;
    private final Sampling sampling;
    private final AdamW optimizer;
    private final PpoUpdate update;
    private final KlController controller;
    private final LoopClock clock = new LoopClock();
    private double klCoef;
    private Map<String, Double> last = Map.of();
    private List<SampleRow> samples = List.of();

    PpoWork(
            Torch torch,
            PpoOptions o,
            Rollout.Models models,
            Tokenizer tokenizer,
            ConversationFormat format,
            List<int[]> prompts) {
        this.torch = torch;
        this.options = o;
        this.settings = PpoSettings.of(o);
        this.rates = OptimizerSettings.of(o);
        this.models = models;
        this.tokenizer = tokenizer;
        this.prompts = prompts;
        this.order = new BatchSampler(EpochOrder.shuffled(prompts.size(), o.seed()), 1);
        this.generator = new Generator(torch, models.policy(), o.rollout_batch_size());
        this.sampling = new Sampling(
                o.temperature(),
                0,
                1,
                o.response_length(),
                Session.stopIds(format, models.policy().config()),
                o.seed());
        List<ParameterGroup> groups = new ArrayList<>();
        groups.addAll(groups("policy.", models.policy().parameters().trained(), o.weight_decay(), 1));
        groups.addAll(groups("value.", models.critic().parameters().trained(), o.weight_decay(), o.critic_lr_factor()));
        this.optimizer = new AdamW(torch, rates.adam(), groups);
        this.update = new PpoUpdate(torch, models.policy(), models.critic(), optimizer, settings);
        this.controller = o.kl_target() == null
                ? new KlController.Fixed()
                : new KlController.Adaptive(o.kl_target(), o.kl_horizon());
        this.klCoef = o.kl_coef();
    }

    /** The usual groups under names that policy and critic do not share. */
    static List<ParameterGroup> groups(String prefix, Map<String, NDArray> parameters, double decay, double factor) {
        Map<String, NDArray> named = new LinkedHashMap<>();
        parameters.forEach((name, tensor) -> named.put(prefix + name, tensor));
        return ParameterGroup.of(named, decay).stream()
                .map(group -> new ParameterGroup(group.parameters(), group.weightDecay(), factor))
                .toList();
    }

    @Override
    public Map<String, Double> step(long step, boolean logged) {
        clock.lap();
        List<Episode> episodes = clock.time("generate", () -> rollout(step));
        Rollout rollout = Rollout.score(torch, models, episodes, settings, klCoef, clock);
        List<PpoUpdate.MiniBatch> minibatches = clock.time("update", () -> learn(step, rollout));
        clock.tokens(Masked.count(rollout.lengths()));

        Map<String, Double> figures = PpoFigures.of(rollout, minibatches, klCoef);
        figures.put("lr", rates.rate(step));
        figures.put("episode", (double) step * options.rollout_batch_size());
        figures.putAll(clock.lap());
        figures.put("eps", options.rollout_batch_size() / figures.getOrDefault("perf/seconds", Double.NaN));
        figures.put("num_tokens", (double) Masked.count(rollout.lengths()));
        klCoef = controller.next(klCoef, figures.getOrDefault("objective/kl", 0.0), options.rollout_batch_size());
        samples = samples(rollout);
        last = figures;
        return figures;
    }

    private List<Episode> rollout(long step) {
        int size = options.rollout_batch_size();
        long first = (step - 1) * size;
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

    private List<PpoUpdate.MiniBatch> learn(long step, Rollout rollout) {
        List<PpoUpdate.MiniBatch> done = new ArrayList<>();
        boolean trainPolicy = step > options.critic_warmup_updates();
        int rows = rollout.episodes().size();
        int parts = options.num_mini_batches();
        for (int epoch = 0; epoch < options.num_ppo_epochs(); epoch++) {
            int[] shuffled = Shuffle.permutation(rows, CounterRng.hash(options.seed(), step), epoch);
            double approxkl = 0;
            for (int part = 0; part < parts; part++) {
                List<Integer> own = Arrays.stream(shuffled, part * rows / parts, (part + 1) * rows / parts)
                        .boxed()
                        .toList();
                PpoUpdate.MiniBatch minibatch = update.step(rollout, own, rates.rate(step), trainPolicy);
                done.add(minibatch);
                approxkl += minibatch.policy().approxkl() / parts;
            }
            if (options.target_kl() != null && approxkl > 1.5 * options.target_kl()) {
                break;
            }
        }
        return done;
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

    /** Figures of the last update. */
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
        state.putAll(optimizer.state());
        return state;
    }

    @Override
    public void saveCounters(ObjectNode counters) {
        counters.put("kl_coef", klCoef);
    }

    @Override
    public void restoreCounters(ObjectNode counters) {
        klCoef = counters.path("kl_coef").asDouble(klCoef);
    }

    @Override
    public String headline(Map<String, Double> figures) {
        return "score " + Figures.number(figures.getOrDefault("objective/scores", Double.NaN)) + "  kl "
                + Figures.number(figures.getOrDefault("objective/kl", Double.NaN));
    }

    @Override
    public long skippedSteps() {
        return optimizer.skipped();
    }

    @Override
    public void close() {
        optimizer.close();
    }
}

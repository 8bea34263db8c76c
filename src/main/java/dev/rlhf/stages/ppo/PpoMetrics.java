package dev.rlhf.stages.ppo;

import dev.rlhf.report.console.Numbers;
import dev.rlhf.report.log.SampleRow;
import dev.rlhf.rl.KlEstimator;
import dev.rlhf.rl.Masked;
import dev.rlhf.rl.Moments;
import dev.rlhf.rl.PolicyStats;
import dev.rlhf.rl.ValueStats;
import dev.rlhf.stage.MetricNames;
import dev.rlhf.stages.ppo.PpoTrainer.MiniBatch;
import dev.rlhf.stages.ppo.PpoTrainer.Rollout;
import dev.rlhf.text.Tokenizer;
import dev.rlhf.train.LoopClock;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The metrics of an update under TRL's names, defined in docs/reference/metrics.md. None of them includes padding. */
final class PpoMetrics {
    private static final int SAMPLES = 10;

    /** Names of the metrics of an update, those of {@link AnswerRewards} apart. */
    static final MetricNames NAMES = MetricNames.of(
            "objective/kl",
            "objective/kl_k2",
            "objective/kl_k3",
            "objective/entropy",
            "objective/non_score_reward",
            "objective/rlhf_reward",
            "objective/scores",
            "objective/scores_std",
            "policy/approxkl_avg",
            "policy/clipfrac_avg",
            "policy/entropy_avg",
            "loss/policy_avg",
            "loss/value_avg",
            "val/ratio",
            "val/ratio_var",
            "val/log_ratio_clamped",
            "val/clipfrac_avg",
            "val/num_eos_tokens",
            "critic/vf_explained_var",
            "grad_norm/policy",
            "grad_norm/critic",
            "response_length/mean",
            "response_length/min",
            "response_length/max",
            "kl_coef",
            "lr",
            "lr/critic",
            "episode",
            "eps",
            "timing_s/generate",
            "timing_s/logprobs",
            "timing_s/values",
            "timing_s/score",
            "timing_s/update",
            "perf/seconds",
            "perf/tokens_per_second");

    private PpoMetrics() {}

    /**
     * Returns the metrics of an update; those of the policy are absent during the critic's warm-up.
     *
     * @param update from 1
     * @param klCoef β in the rewards
     * @param clock measured the update; its next lap is started
     */
    static Map<String, Double> of(long update, Rollout r, List<MiniBatch> minibatches, double klCoef, LoopClock clock) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        Evaluation e = r.evaluation();
        IntSummaryStatistics lengths = Arrays.stream(e.lengths()).summaryStatistics();
        objective(metrics, r, klCoef);
        List<MiniBatch> ofPolicy =
                minibatches.stream().filter(m -> m.policy() != null).toList();
        if (!ofPolicy.isEmpty()) {
            policy(metrics, ofPolicy);
        }
        metrics.put("loss/value_avg", mean(minibatches, m -> m.losses().value().vfLoss()));
        metrics.put(
                "val/clipfrac_avg", mean(minibatches, m -> m.losses().value().clipfrac()));
        double explained = ValueStats.explainedVariance(e.values(), r.gae().returns(), e.valueLengths());
        metrics.put("critic/vf_explained_var", explained);
        metrics.put("grad_norm/critic", mean(minibatches, m -> m.critic().gradNorm()));
        metrics.put("val/num_eos_tokens", (double)
                r.episodes().stream().filter(Episode::ended).count());
        metrics.put("response_length/mean", lengths.getAverage());
        metrics.put("response_length/min", (double) lengths.getMin());
        metrics.put("response_length/max", (double) lengths.getMax());
        metrics.put("kl_coef", klCoef);
        long tokens = Masked.count(e.lengths());
        metrics.put("episode", (double) update * r.episodes().size());
        clock.tokens(tokens);
        metrics.putAll(clock.lap());
        metrics.put("eps", r.episodes().size() / metrics.getOrDefault("perf/seconds", Double.NaN));
        metrics.put("num_tokens", (double) tokens);
        return metrics;
    }

    /** Returns the metrics to show with the progress. */
    static String headline(Map<String, Double> metrics) {
        return "score " + Numbers.number(metrics.getOrDefault("objective/scores", Double.NaN)) + "  kl "
                + Numbers.number(metrics.getOrDefault("objective/kl", Double.NaN));
    }

    /** Returns the first episodes as text, with score, KL and length. */
    static List<SampleRow> samples(Rollout r, Tokenizer tokenizer) {
        double[] kl = Masked.rowSums(r.kl(), r.evaluation().lengths());
        return IntStream.range(0, Math.min(SAMPLES, r.episodes().size()))
                .mapToObj(b -> {
                    Episode episode = r.episodes().get(b);
                    return new SampleRow(
                            tokenizer.decode(episode.prompt(), true),
                            tokenizer.decode(episode.response(), true),
                            (double) r.scores()[b],
                            kl[b],
                            episode.response().length);
                })
                .toList();
    }

    private static void objective(Map<String, Double> metrics, Rollout r, double klCoef) {
        float[][] logp = r.evaluation().logp();
        float[][] ref = r.evaluation().ref();
        int[] lengths = r.evaluation().lengths();
        double kl = Masked.sequenceMean(r.kl(), lengths);
        double score = Moments.of(r.scores()).mean();
        metrics.put("objective/kl", kl);
        metrics.put("objective/kl_k2", Masked.sequenceMean(KlEstimator.K2.perToken(logp, ref, lengths), lengths));
        metrics.put("objective/kl_k3", Masked.sequenceMean(KlEstimator.K3.perToken(logp, ref, lengths), lengths));
        metrics.put("objective/entropy", -Masked.sequenceMean(logp, lengths));
        metrics.put("objective/non_score_reward", -klCoef * kl);
        metrics.put("objective/rlhf_reward", score - klCoef * kl);
        metrics.put("objective/scores", score);
        metrics.put("objective/scores_std", Moments.of(r.scores()).std());
    }

    private static void policy(Map<String, Double> metrics, List<MiniBatch> minibatches) {
        metrics.put("policy/approxkl_avg", mean(minibatches, m -> stats(m).approxkl()));
        metrics.put("policy/clipfrac_avg", mean(minibatches, m -> stats(m).clipfrac()));
        metrics.put("policy/entropy_avg", mean(minibatches, m -> stats(m).entropy()));
        metrics.put("loss/policy_avg", mean(minibatches, m -> stats(m).pgLoss()));
        metrics.put("val/ratio", mean(minibatches, m -> stats(m).ratio()));
        metrics.put("val/ratio_var", mean(minibatches, m -> stats(m).ratioVar()));
        double clamped =
                minibatches.stream().mapToDouble(m -> stats(m).clamped()).sum();
        metrics.put("val/log_ratio_clamped", clamped);
        double gradNorm =
                mean(minibatches, m -> Objects.requireNonNull(m.policy()).gradNorm());
        metrics.put("grad_norm/policy", gradNorm);
    }

    private static PolicyStats stats(MiniBatch minibatch) {
        return Objects.requireNonNull(minibatch.losses().policy());
    }

    private static double mean(List<MiniBatch> minibatches, ToDoubleFunction<MiniBatch> metric) {
        return minibatches.stream().mapToDouble(metric).average().orElse(Double.NaN);
    }
}

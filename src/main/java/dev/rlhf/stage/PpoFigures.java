package dev.rlhf.stage;

import dev.rlhf.rl.Gae;
import dev.rlhf.rl.KlEstimator;
import dev.rlhf.rl.Masked;
import dev.rlhf.rl.Moments;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The figures of an update under the names that TRL gave them; docs/reference/metrics.md defines each. All masked. */
final class PpoFigures {
    private PpoFigures() {}

    static Map<String, Double> of(Rollout r, List<PpoUpdate.MiniBatch> minibatches, double klCoef) {
        int[] lengths = r.lengths();
        double kl = Masked.sequenceMean(r.kl(), lengths);
        double score = Moments.of(r.scores()).mean();
        Map<String, Double> f = new LinkedHashMap<>();
        f.put("objective/kl", kl);
        f.put("objective/kl_k2", Masked.sequenceMean(KlEstimator.K2.perToken(r.logp(), r.ref(), lengths), lengths));
        f.put("objective/kl_k3", Masked.sequenceMean(KlEstimator.K3.perToken(r.logp(), r.ref(), lengths), lengths));
        f.put("objective/entropy", -Masked.sequenceMean(r.logp(), lengths));
        f.put("objective/non_score_reward", -klCoef * kl);
        f.put("objective/rlhf_reward", score - klCoef * kl);
        f.put("objective/scores", score);
        f.put("objective/scores_std", Moments.of(r.scores()).std());
        f.put("policy/approxkl_avg", mean(minibatches, m -> m.policy().approxkl()));
        f.put("policy/clipfrac_avg", mean(minibatches, m -> m.policy().clipfrac()));
        f.put("policy/entropy_avg", mean(minibatches, PpoUpdate.MiniBatch::entropy));
        f.put("loss/policy_avg", mean(minibatches, m -> m.policy().pgLoss()));
        f.put("loss/value_avg", mean(minibatches, m -> m.value().vfLoss()));
        f.put("val/ratio", mean(minibatches, m -> m.policy().ratio()));
        f.put("val/ratio_var", mean(minibatches, m -> m.policy().ratioVar()));
        f.put("val/clipfrac_avg", mean(minibatches, m -> m.value().clipfrac()));
        f.put("val/num_eos_tokens", (double)
                r.episodes().stream().filter(Episode::ended).count());
        f.put("critic/vf_explained_var", Gae.explainedVariance(r.values(), r.returns(), lengths));
        f.put("response_length/mean", Arrays.stream(lengths).average().orElse(0));
        f.put("response_length/min", (double) Arrays.stream(lengths).min().orElse(0));
        f.put("response_length/max", (double) Arrays.stream(lengths).max().orElse(0));
        f.put("kl_coef", klCoef);
        f.put("grad_norm", mean(minibatches, PpoUpdate.MiniBatch::gradNorm));
        return f;
    }

    private static double mean(List<PpoUpdate.MiniBatch> minibatches, ToDoubleFunction<PpoUpdate.MiniBatch> figure) {
        return minibatches.stream().mapToDouble(figure).average().orElse(Double.NaN);
    }
}

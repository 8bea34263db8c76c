package dev.rlhf.report.html;

import dev.rlhf.report.log.Metrics;
import dev.rlhf.report.log.Series;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which metrics are drawn in the same chart, and the order and headings of the charts. Each other metric gets its own
 * chart.
 */
final class ChartPlan {
    /** A chart: its title and the run's series in it, which have the same unit. */
    record Chart(String title, List<Series> series) {}

    private record Planned(String group, String title, List<String> names) {}

    /** The charts in order; those that show whether training works come first. */
    private static final List<Planned> PLAN = List.of(
            plan("Learning", "Loss", "loss", "eval_loss"),
            plan("Learning", "Token accuracy", "mean_token_accuracy", "eval_mean_token_accuracy"),
            plan("Learning", "Pairs ordered correctly", "accuracy", "eval_accuracy"),
            plan("Learning", "Margin between better and worse", "margin", "eval_margin"),
            plan("Learning", "Mean reward, before reward_mean is subtracted", "reward/mean", "eval_reward/mean"),
            plan("Learning", "Spread of rewards", "reward/std", "eval_reward/std"),
            plan("Reward and KL", "Reward", "objective/scores", "objective/rlhf_reward"),
            plan("Reward and KL", "KL to the reference, nats per response", "objective/kl"),
            plan("Reward and KL", "KL penalty in the reward", "objective/non_score_reward"),
            plan("Reward and KL", "KL coefficient", "kl_coef"),
            plan(
                    "Responses",
                    "Response length, tokens",
                    "response_length/mean",
                    "response_length/min",
                    "response_length/max"),
            plan("Responses", "Responses that end with the end-of-text token", "val/num_eos_tokens"),
            plan("Responses", "Entropy, nats per token", "policy/entropy_avg", "entropy"),
            plan("Responses", "Entropy, nats per response", "objective/entropy"),
            plan("Updates", "Approximate KL per update", "policy/approxkl_avg"),
            plan("Updates", "Share of tokens clipped", "policy/clipfrac_avg", "val/clipfrac_avg"),
            plan("Updates", "Policy loss", "loss/policy_avg"),
            plan("Updates", "Value loss", "loss/value_avg"),
            plan("Updates", "Critic's explained variance", "critic/vf_explained_var"),
            plan("Updates", "Ratio to the rollout policy", "val/ratio"),
            plan("Updates", "Variance of the ratio", "val/ratio_var"),
            plan("Updates", "Tokens with a clamped log-ratio", "val/log_ratio_clamped"),
            plan("Updates", "Gradient norm", "grad_norm", "grad_norm/policy", "grad_norm/critic"),
            plan("Updates", "Learning rate", "learning_rate", "lr", "lr/critic"),
            plan("Speed", "Tokens per second", "tokens_per_second", "perf/tokens_per_second"),
            plan("Speed", "Episodes per second", "eps"),
            plan(
                    "Speed",
                    "Seconds per update",
                    "timing_s/generate",
                    "timing_s/score",
                    "timing_s/logprobs",
                    "timing_s/values",
                    "timing_s/update"),
            plan("Speed", "Memory", "perf/max_memory", "perf/max_gpu_memory"));

    /** Counters, whose charts would be straight lines. */
    private static final Set<String> NOT_DRAWN = Set.of("num_tokens", "episode", "epoch");

    private ChartPlan() {}

    /** Returns the headings with their charts, without empty ones. */
    static Map<String, List<Chart>> of(Metrics metrics) {
        Map<String, List<Chart>> groups = new LinkedHashMap<>();
        Set<String> done = new LinkedHashSet<>(NOT_DRAWN);
        for (Planned planned : PLAN) {
            List<Series> series = planned.names().stream()
                    .flatMap(name -> metrics.find(name).stream())
                    .filter(ChartPlan::isDrawable)
                    .toList();
            if (!series.isEmpty()) {
                groups.computeIfAbsent(planned.group(), name -> new ArrayList<>())
                        .add(new Chart(planned.title(), series));
            }
            done.addAll(planned.names());
        }
        for (Series series : metrics.series()) {
            if (isDrawable(series) && !done.contains(series.name())) {
                groups.computeIfAbsent("Other", name -> new ArrayList<>())
                        .add(new Chart(series.name(), List.of(series)));
            }
        }
        return groups;
    }

    private static boolean isDrawable(Series series) {
        return !series.finite().isEmpty();
    }

    private static Planned plan(String group, String title, String... names) {
        return new Planned(group, title, List.of(names));
    }
}

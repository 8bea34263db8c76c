package dev.rlhf.stage;

import dev.rlhf.rl.Moments;
import java.util.LinkedHashMap;
import java.util.Map;

/** Figures of one model's rewards, and of those beside a reference's. Pure functions. */
final class EvalRewards {
    private EvalRewards() {}

    /** {@code mean_reward} and {@code reward_std} (n − 1). */
    static Map<String, Double> alone(double[] rewards) {
        Moments moments = moments(rewards);
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("mean_reward", moments.mean());
        figures.put("reward_std", moments.std());
        return figures;
    }

    /**
     * {@code reward_gain_sd}: by how many of the reference's standard deviations the mean is higher. {@code win_rate}: share of
     * prompts' samples, the k-th against the k-th, that have the higher reward; equal ones count half.
     */
    static Map<String, Double> against(double[] rewards, double[] reference) {
        Moments theirs = moments(reference);
        double wins = 0;
        for (int i = 0; i < rewards.length; i++) {
            wins += rewards[i] > reference[i] ? 1 : rewards[i] == reference[i] ? 0.5 : 0;
        }
        double gain = (moments(rewards).mean() - theirs.mean()) / theirs.std();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("reward_gain_sd", Double.isFinite(gain) ? gain : Double.NaN);
        figures.put("win_rate", wins / rewards.length);
        return figures;
    }

    private static Moments moments(double[] values) {
        Moments moments = Moments.NONE;
        for (double value : values) {
            moments = moments.plus(value);
        }
        return moments;
    }
}

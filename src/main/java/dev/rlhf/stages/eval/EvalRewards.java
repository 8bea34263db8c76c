package dev.rlhf.stages.eval;

import dev.rlhf.base.Bootstrap;
import dev.rlhf.base.Interval;
import dev.rlhf.rl.Moments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Metrics of one model's rewards, alone and against a reference's, with intervals over prompts. Pure functions. */
final class EvalRewards {
    /** Rewards of one prompt's samples and of the reference's. */
    private record Prompt(Moments mine, Moments theirs, double wins, int pairs) {}

    private static final String MEAN = "mean_reward";
    private static final String STD = "reward_std";
    private static final String GAIN = "reward_gain_sd";
    private static final String WIN_RATE = "win_rate";

    /** Names of the metrics of {@link #alone}. */
    static final String[] ALONE = {MEAN, STD};
    /** Names of the metrics of {@link #against}. */
    static final String[] AGAINST = {GAIN, WIN_RATE};

    private EvalRewards() {}

    /**
     * Returns {@code mean_reward} and {@code reward_std} (n − 1).
     *
     * @param each samples per prompt, which are adjacent
     */
    static Map<String, Interval> alone(double[] rewards, int each) {
        List<Prompt> prompts = prompts(rewards, rewards, each);
        Map<String, Interval> metrics = new LinkedHashMap<>();
        metrics.put(MEAN, Bootstrap.of(prompts, some -> all(some, Prompt::mine).mean()));
        metrics.put(STD, Bootstrap.of(prompts, some -> all(some, Prompt::mine).std()));
        return metrics;
    }

    /**
     * Returns {@code reward_gain_sd}, the gain of the mean in standard deviations of the reference, and
     * {@code win_rate}, the share of samples with the higher reward, the k-th of a prompt against the reference's k-th;
     * ties count half.
     */
    static Map<String, Interval> against(double[] rewards, double[] reference, int each) {
        List<Prompt> prompts = prompts(rewards, reference, each);
        Map<String, Interval> metrics = new LinkedHashMap<>();
        metrics.put(GAIN, Bootstrap.of(prompts, EvalRewards::gain));
        metrics.put(WIN_RATE, Bootstrap.of(prompts, EvalRewards::winRate));
        return metrics;
    }

    private static List<Prompt> prompts(double[] rewards, double[] reference, int each) {
        List<Prompt> prompts = new ArrayList<>();
        for (int from = 0; from < rewards.length; from += each) {
            Moments mine = Moments.NONE;
            Moments theirs = Moments.NONE;
            double wins = 0;
            for (int i = from; i < from + each; i++) {
                mine = mine.plus(rewards[i]);
                theirs = theirs.plus(reference[i]);
                wins += rewards[i] > reference[i] ? 1 : rewards[i] == reference[i] ? 0.5 : 0;
            }
            prompts.add(new Prompt(mine, theirs, wins, each));
        }
        return prompts;
    }

    private static Moments all(List<Prompt> prompts, Function<Prompt, Moments> of) {
        return prompts.stream().map(of).reduce(Moments.NONE, Moments::plus);
    }

    private static double gain(List<Prompt> prompts) {
        Moments theirs = all(prompts, Prompt::theirs);
        double gain = (all(prompts, Prompt::mine).mean() - theirs.mean()) / theirs.std();
        return Double.isFinite(gain) ? gain : Double.NaN;
    }

    private static double winRate(List<Prompt> prompts) {
        return prompts.stream().mapToDouble(Prompt::wins).sum()
                / prompts.stream().mapToInt(Prompt::pairs).sum();
    }
}

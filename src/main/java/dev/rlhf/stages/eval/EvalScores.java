package dev.rlhf.stages.eval;

import dev.rlhf.base.Interval;
import dev.rlhf.data.ContentKey;
import dev.rlhf.data.KeyedRow;
import dev.rlhf.data.PromptRow;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.inference.RewardScorer;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.SimulatedRanking.Graded;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stages.reward.Preference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a reward model says of the samples, and how far it can be trusted. */
public final class EvalScores {
    static final String HELDOUT = "heldout_";

    private EvalScores() {}

    /** Scores every run's samples and adds the metrics that follow to each run's. */
    static void measure(RewardScorer reward, List<EvalRun> runs, Optional<EvalRun> reference, int each) {
        for (EvalRun run : runs) {
            run.rewards = scores(reward, run);
            run.metrics.putAll(EvalRewards.alone(run.rewards, each));
        }
        reference.ifPresent(other ->
                runs.forEach(run -> run.metrics.putAll(EvalRewards.against(run.rewards, other.rewards, each))));
    }

    /** Gain and win rate once more, by a reward model that no policy was trained against. */
    static void measureHeldout(RewardScorer reward, List<EvalRun> runs, EvalRun reference, int each) {
        runs.forEach(run -> run.heldoutRewards = scores(reward, run));
        for (EvalRun run : runs) {
            EvalRewards.against(run.heldoutRewards, reference.heldoutRewards, each)
                    .forEach((metric, value) -> run.metrics.put(HELDOUT + metric, value));
        }
    }

    private static double[] scores(RewardScorer reward, EvalRun run) {
        return reward.scores(run.samples.stream().map(EvalSample::scored).toList());
    }

    /**
     * {@code reward_accuracy}: one model's scored samples, prompt by prompt, in the order of the error-free rule;
     * prompts whose answers are not known are passed over. {@code reward_accuracy_verdicts}: of pairs that brevity does
     * not decide.
     *
     * @param rewards of the run's samples
     * @param each samples per prompt
     * @param trained keys of the prompts that the reward model was trained on; they are passed over
     */
    static void measureRule(
            String prefix,
            EvalRun run,
            double[] rewards,
            Answers answers,
            int each,
            Set<String> trained,
            Map<String, Interval> metrics) {
        EvalRewardAccuracy accuracy = new EvalRewardAccuracy();
        for (int from = 0; from < run.samples.size(); from += each) {
            PromptRow row = run.samples.get(from).row();
            Optional<QuestionRow> question = answers.find(row.key())
                    .or(() -> answers.find(row.messages().getLast().content()));
            if (question.isPresent() && !trained.contains(ContentKey.ofPrompt(row.messages()))) {
                List<Graded> graded = run.samples.subList(from, from + each).stream()
                        .map(sample -> new Graded(sample.text(), answers.judge(question.get(), sample.text())))
                        .toList();
                accuracy.addByRule(graded, Arrays.copyOfRange(rewards, from, from + each));
            }
        }
        if (accuracy.accuracy().n() > 0) {
            metrics.put(prefix + "reward_accuracy", accuracy.accuracy());
            metrics.put(prefix + "reward_accuracy_verdicts", accuracy.verdictAccuracy());
        }
    }

    /**
     * Measures {@code reward_accuracy_rankings}: what people preferred, on prompts that are not among {@code trained}.
     */
    public static void measureRankings(
            RewardScorer reward, List<Preference> rankings, Set<String> trained, Map<String, Interval> metrics) {
        List<Preference> unseen = rankings.stream()
                .filter(preference -> !trained.contains(preference.place().key()))
                .toList();
        EvalRewardAccuracy accuracy = new EvalRewardAccuracy();
        double[] rewards = reward.scores(unseen.stream()
                .flatMap(preference -> preference.completions().stream()
                        .map(c -> new RewardScorer.Scored(preference.prompt(), c.text(), c.ended())))
                .toList());
        int at = 0;
        for (Preference preference : unseen) {
            int count = preference.completions().size();
            accuracy.addByRanks(
                    preference.completions(), preference.rankings(), Arrays.copyOfRange(rewards, at, at + count));
            at += count;
        }
        Interval share = accuracy.accuracy();
        if (share.n() > 0) {
            metrics.put("reward_accuracy_rankings", share);
        }
    }

    /**
     * Returns the keys of the prompts that a reward model was trained on, which its run lists beside its folder, and
     * says how many of the prompts at hand are left out of {@code reward_accuracy} for that; none if there is no such
     * list, which is said, too.
     */
    static Set<String> trainedOn(
            Path rewardModel, List<PromptRow> prompts, List<Preference> rankings, StageContext context) {
        Path list = rewardModel.toAbsolutePath().resolveSibling(KeyedRow.TRAINED_ON);
        if (!Files.exists(list)) {
            context.console()
                    .printf(
                            "%s: not there, so prompts that the reward model was trained on count in reward_accuracy%n",
                            list);
            return Set.of();
        }
        Set<String> trained = KeyedRow.keys(list);
        long seen = prompts.stream()
                        .filter(row -> trained.contains(ContentKey.ofPrompt(row.messages())))
                        .count()
                + rankings.stream()
                        .filter(preference ->
                                trained.contains(preference.place().key()))
                        .count();
        if (seen > 0) {
            context.console()
                    .printf(
                            "%d of %d prompts and rankings are left out of reward_accuracy: the reward model was "
                                    + "trained on them%n",
                            seen, prompts.size() + rankings.size());
        }
        return trained;
    }
}

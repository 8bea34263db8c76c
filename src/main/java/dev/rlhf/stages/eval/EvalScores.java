package dev.rlhf.stages.eval;

import dev.rlhf.base.Interval;
import dev.rlhf.data.ContentKey;
import dev.rlhf.data.KeyedRow;
import dev.rlhf.data.PromptRow;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.inference.InterruptibleProgress;
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

/** Scores samples with reward models, and measures the accuracy of the reward models. */
public final class EvalScores {
    static final String HELDOUT = "heldout_";

    /** Accuracy against the error-free rule, over all pairs and over those with different verdicts, and brevity's. */
    static final String[] RULE = {
        "reward_accuracy", "reward_accuracy_verdicts", "shorter_better", "shorter_better_verdicts"
    };
    /** Accuracy against people's rankings, and brevity's. */
    static final String[] RANKINGS = {"reward_accuracy_rankings", "shorter_better_rankings"};

    private EvalScores() {}

    /** Scores every run's samples, and adds reward metrics to each run. */
    static void measure(
            RewardScorer reward, List<EvalRun> runs, Optional<EvalRun> reference, int each, StageContext context) {
        for (EvalRun run : runs) {
            run.rewards = scores(reward, context, "rewards of " + run.name(), scored(run));
            run.metrics.putAll(EvalRewards.alone(run.rewards, each));
        }
        reference.ifPresent(other ->
                runs.forEach(run -> run.metrics.putAll(EvalRewards.against(run.rewards, other.rewards, each))));
    }

    /** Adds gain and win rate by a reward model that no policy was trained against. */
    static void measureHeldout(
            RewardScorer reward, List<EvalRun> runs, EvalRun reference, int each, StageContext context) {
        for (EvalRun run : runs) {
            run.heldoutRewards = scores(reward, context, "held-out rewards of " + run.name(), scored(run));
        }
        for (EvalRun run : runs) {
            EvalRewards.against(run.heldoutRewards, reference.heldoutRewards, each)
                    .forEach((metric, value) -> run.metrics.put(HELDOUT + metric, value));
        }
    }

    private static List<RewardScorer.Scored> scored(EvalRun run) {
        return run.samples.stream().map(EvalSample::scored).toList();
    }

    private static double[] scores(
            RewardScorer reward, StageContext context, String label, List<RewardScorer.Scored> texts) {
        try (InterruptibleProgress watch = InterruptibleProgress.start(context, label, texts.size(), "completion")) {
            return reward.scoresOfTexts(texts, watch::done);
        }
    }

    /**
     * Adds {@code reward_accuracy}, against the order of the error-free rule, and {@code reward_accuracy_verdicts},
     * over pairs that brevity does not decide, each with {@code shorter_better}, the accuracy of preferring short
     * texts. Prompts without accepted answers are skipped.
     *
     * @param rewards rewards of the run's samples
     * @param each samples per prompt
     * @param trained keys of the prompts that the reward model was trained on; they are skipped
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
            metrics.put(prefix + RULE[0], accuracy.accuracy());
            metrics.put(prefix + RULE[1], accuracy.verdictAccuracy());
            metrics.put(prefix + RULE[2], accuracy.shorter());
            metrics.put(prefix + RULE[3], accuracy.verdictShorter());
        }
    }

    /**
     * Adds {@code reward_accuracy_rankings}, against people's rankings of prompts that are not among {@code trained}.
     */
    public static void measureRankings(
            RewardScorer reward,
            List<Preference> rankings,
            Set<String> trained,
            StageContext context,
            Map<String, Interval> metrics) {
        List<Preference> unseen = rankings.stream()
                .filter(preference -> !trained.contains(preference.place().key()))
                .toList();
        EvalRewardAccuracy accuracy = new EvalRewardAccuracy();
        double[] rewards = scores(
                reward,
                context,
                "rewards of rankings",
                unseen.stream()
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
            metrics.put(RANKINGS[0], share);
            metrics.put(RANKINGS[1], accuracy.shorter());
        }
    }

    /**
     * Returns the keys of the prompts that a reward model was trained on, which its run lists next to its folder, and
     * prints how many of the given prompts are therefore left out of {@code reward_accuracy}. Empty if there is no
     * list; a line says so.
     */
    static Set<String> trainedOn(
            Path rewardModel, List<PromptRow> prompts, List<Preference> rankings, StageContext context) {
        Path list = rewardModel.toAbsolutePath().resolveSibling(KeyedRow.TRAINED_ON);
        if (!Files.exists(list)) {
            context.console()
                    .printf(
                            "%s: not found, so prompts that the reward model was trained on count in reward_accuracy%n",
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
                            "%d of %d prompts and rankings are left out of reward_accuracy:"
                                    + " the reward model was trained on them%n",
                            seen, prompts.size() + rankings.size());
        }
        return trained;
    }
}

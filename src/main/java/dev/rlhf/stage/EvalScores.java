package dev.rlhf.stage;

import dev.rlhf.data.ContentKey;
import dev.rlhf.data.KeyedRow;
import dev.rlhf.data.PromptRow;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.refusal.SimulatedRanking.Graded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a reward model says of the samples, and how far it can be trusted. */
final class EvalScores {
    private EvalScores() {}

    /** Scores every run's samples and adds the figures that follow to each run's. */
    static void measure(OpenReward reward, List<EvalRun> runs, Optional<EvalRun> reference) {
        for (EvalRun run : runs) {
            run.rewards =
                    reward.scores(run.samples.stream().map(EvalSample::scored).toList());
            run.figures.putAll(EvalRewards.alone(run.rewards));
        }
        reference.ifPresent(
                other -> runs.forEach(run -> run.figures.putAll(EvalRewards.against(run.rewards, other.rewards))));
    }

    /**
     * {@code reward_accuracy}: one model's scored samples, prompt by prompt, in the order of the error-free rule; prompts whose
     * answers are not known are passed over. {@code reward_accuracy_verdicts}: of pairs that brevity does not decide.
     *
     * @param each samples per prompt
     * @param trained keys of the prompts that the reward model was trained on; they are passed over
     */
    static void measureRule(
            EvalRun run, Answers answers, int each, Set<String> trained, Map<String, Double> figures) {
        EvalRewardAccuracy accuracy = new EvalRewardAccuracy();
        for (int from = 0; from < run.samples.size(); from += each) {
            PromptRow row = run.samples.get(from).row();
            Optional<QuestionRow> question = answers.find(row.key())
                    .or(() -> answers.find(row.messages().getLast().content()));
            if (question.isPresent() && !trained.contains(ContentKey.ofPrompt(row.messages()))) {
                List<Graded> graded = run.samples.subList(from, from + each).stream()
                        .map(sample -> new Graded(sample.text(), answers.judge(question.get(), sample.text())))
                        .toList();
                accuracy.addByRule(graded, Arrays.copyOfRange(run.rewards, from, from + each));
            }
        }
        if (accuracy.pairs() > 0) {
            figures.put("reward_accuracy", accuracy.accuracy());
            figures.put("reward_accuracy_verdicts", accuracy.verdictAccuracy());
            figures.put("reward_accuracy_pairs", (double) accuracy.pairs());
        }
    }

    /** Measures {@code reward_accuracy_rankings}: what people preferred, on prompts that are not among {@code trained}. */
    static void measureRankings(
            OpenReward reward, List<Preference> rankings, Set<String> trained, Map<String, Double> figures) {
        List<Preference> unseen = rankings.stream()
                .filter(preference -> !trained.contains(preference.place().key()))
                .toList();
        EvalRewardAccuracy accuracy = new EvalRewardAccuracy();
        double[] rewards = reward.scores(unseen.stream()
                .flatMap(preference -> preference.completions().stream()
                        .map(c -> new OpenReward.Scored(preference.prompt(), c.text(), c.ended())))
                .toList());
        int at = 0;
        for (Preference preference : unseen) {
            int count = preference.completions().size();
            double[] own = Arrays.copyOfRange(rewards, at, at + count);
            preference.rankings().forEach(ranks -> accuracy.addByRanks(preference.completions(), ranks, own));
            at += count;
        }
        if (accuracy.pairs() > 0) {
            figures.put("reward_accuracy_rankings", accuracy.accuracy());
        }
    }

    /**
     * Returns the keys of the prompts that a reward model was trained on, which its run lists beside its folder, and says how many of
     * the prompts at hand are left out of {@code reward_accuracy} for that; none if there is no such list, which is said, too.
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
                        .filter(preference -> trained.contains(preference.place().key()))
                        .count();
        if (seen > 0) {
            context.console()
                    .printf(
                            "%d of %d prompts and rankings are left out of reward_accuracy: the reward model was trained on them%n",
                            seen, prompts.size() + rankings.size());
        }
        return trained;
    }
}

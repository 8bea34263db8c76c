package dev.rlhf.stage;

import dev.rlhf.data.PromptRow;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.Ranking;
import dev.rlhf.refusal.SimulatedRanking.Graded;
import dev.rlhf.text.Chat;
import dev.rlhf.text.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
     * @param each samples a prompt
     */
    static void measureRule(EvalRun run, Answers answers, int each, Map<String, Double> figures) {
        EvalRewardAccuracy accuracy = new EvalRewardAccuracy();
        for (int from = 0; from < run.samples.size(); from += each) {
            PromptRow row = run.samples.get(from).row();
            Optional<QuestionRow> question = answers.find(row.key())
                    .or(() -> answers.find(row.messages().getLast().content()));
            if (question.isPresent()) {
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

    /** {@code reward_accuracy_rankings}: rankings that people made. */
    static void measureRankings(OpenReward reward, List<RankedTask> tasks, Map<String, Double> figures) {
        EvalRewardAccuracy accuracy = new EvalRewardAccuracy();
        double[] rewards = reward.scores(scored(tasks));
        int at = 0;
        for (RankedTask task : tasks) {
            double[] own =
                    Arrays.copyOfRange(rewards, at, at + task.completions().size());
            for (Ranking ranking : task.rankings()) {
                accuracy.addByRanks(ranking.ranks(), own);
            }
            at += own.length;
        }
        figures.put("reward_accuracy_rankings", accuracy.accuracy());
    }

    private static List<OpenReward.Scored> scored(List<RankedTask> tasks) {
        List<OpenReward.Scored> all = new ArrayList<>();
        for (RankedTask task : tasks) {
            List<Message> prompt = task.prompt().messages().stream()
                    .map(message -> new Message(message.role(), message.content()))
                    .toList();
            task.completions().forEach(c -> all.add(new OpenReward.Scored(Chat.of(prompt), c.text(), c.ended())));
        }
        return all;
    }
}

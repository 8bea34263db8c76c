package dev.rlhf.stages.rank;

import dev.rlhf.base.InputException;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.LogProbScorer;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.RewardScorer;
import dev.rlhf.inference.YesNoScorer;
import dev.rlhf.label.Completion;
import dev.rlhf.label.RankedTask;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.SimulatedRanking;
import dev.rlhf.stage.StageContext;
import dev.rlhf.text.Message;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The rule by which a simulated labeler ranks, given what a browser would show. Thread-safe. */
interface RankingRule {
    /** Tasks scored in one forward pass. */
    int BATCH = 16;

    @SuppressWarnings("InlineFormatString") // a prompt
    String GOOD = """
            Request:
            %s

            Reply: %s

            Is this reply correct and helpful? Reply with Yes or No.""";

    /**
     * Returns the ranks of the completions of a task, in the order in which they are shown: 1 is best, ties share a
     * rank.
     */
    List<Integer> ranks(String labeler, List<Message> prompt, List<String> completions);

    /**
     * Ranks by the verdicts of a judge with accepted answers.
     *
     * @param answers has a row for each task, found by the task's id or by the text of its prompt
     * @throws InputException if a row is missing
     */
    static RankingRule byAnswers(SimulatedRanking ranking, Answers answers, List<RankedTask> tasks) {
        Map<String, QuestionRow> asked = new HashMap<>();
        for (RankedTask task : tasks) {
            String prompt = task.prompt().messages().getLast().content();
            QuestionRow question = answers.find(task.id())
                    .or(() -> answers.find(prompt))
                    .orElseThrow(() -> new InputException("questions: no row has the id or the text of task \""
                            + task.id() + "\" (" + prompt + "), so a simulated labeler has no accepted answers"));
            asked.put(prompt, question);
        }
        return (labeler, messages, completions) -> {
            QuestionRow question = known(asked, messages.getLast().content());
            List<SimulatedRanking.Graded> graded = completions.stream()
                    .map(text -> new SimulatedRanking.Graded(text, answers.judge(question, text)))
                    .toList();
            return ranking.ranks(labeler, question.key(), graded);
        };
    }

    /** Ranks shorter completions first, by their number of words. */
    static RankingRule byBrevity(SimulatedRanking ranking) {
        return (labeler, messages, completions) -> ranking.ranks(
                labeler,
                text(messages),
                completions.stream()
                        .mapToDouble(text -> -text.strip().split("\\s+").length)
                        .toArray());
    }

    /** Ranks by the scores of a reward model, which are computed here. */
    static RankingRule byRewardModel(
            SimulatedRanking ranking, List<RankedTask> tasks, Path model, RankOptions options, StageContext context) {
        List<RewardScorer.Scored> scored = tasks.stream()
                .flatMap(task -> task.completions().stream()
                        .map(one -> new RewardScorer.Scored(task.prompt().messages(), one.text(), one.ended())))
                .toList();
        try (Models models = Models.open(options.engine(), context.console());
                RewardScorer scorer = RewardScorer.open(models, model, null, BATCH);
                InterruptibleProgress watch =
                        InterruptibleProgress.start(context, "scores", scored.size(), "completion")) {
            return byGrades(
                    ranking,
                    tasks,
                    Arrays.stream(scorer.scoresOfTexts(scored, watch::done))
                            .boxed()
                            .toList());
        }
    }

    /** Ranks by the probability with which a model calls a completion correct and helpful, computed here. */
    static RankingRule byJudgeModel(
            SimulatedRanking ranking, List<RankedTask> tasks, Path model, RankOptions options, StageContext context) {
        List<String> asked = tasks.stream()
                .flatMap(task -> task.completions().stream()
                        .map(one -> GOOD.formatted(
                                text(task.prompt().messages()), one.text().strip())))
                .toList();
        try (Models models = Models.open(options.engine(), context.console());
                LanguageModel judge = LanguageModel.open(models, model);
                InterruptibleProgress watch =
                        InterruptibleProgress.start(context, "opinions", asked.size(), "completion")) {
            YesNoScorer scorer = new YesNoScorer(judge, new LogProbScorer(models.torch(), BATCH));
            return byGrades(ranking, tasks, scorer.yes(asked, watch::done));
        }
    }

    /** @param grades of all completions of all tasks, in order; higher is better */
    private static RankingRule byGrades(SimulatedRanking ranking, List<RankedTask> tasks, List<Double> grades) {
        Map<String, Map<String, Double>> byText = new HashMap<>();
        int next = 0;
        for (RankedTask task : tasks) {
            Map<String, Double> own = byText.computeIfAbsent(text(task.prompt().messages()), key -> new HashMap<>());
            for (Completion completion : task.completions()) {
                own.put(completion.text(), grades.get(next++));
            }
        }
        return (labeler, messages, completions) -> {
            Map<String, Double> own = known(byText, text(messages));
            double[] shown =
                    completions.stream().mapToDouble(text -> known(own, text)).toArray();
            return ranking.ranks(labeler, text(messages), shown);
        };
    }

    private static <T> T known(Map<String, T> map, String text) {
        T found = map.get(text);
        if (found == null) {
            throw new InputException("the label store has a task that is not in input: " + text);
        }
        return found;
    }

    /** Returns a conversation as text: a single message as it is, several with their roles. */
    private static String text(List<Message> messages) {
        return messages.size() == 1
                ? messages.getFirst().content()
                : messages.stream()
                        .map(message -> message.role() + ": " + message.content())
                        .collect(Collectors.joining("\n"));
    }
}

package dev.rlhf.stages.reward;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Verdict;
import dev.rlhf.label.Completion;
import dev.rlhf.refusal.Answers;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A reward model's scores of held-out completions, grouped by the judge's verdict, separately for questions with and
 * without an answer. A model that scores a refusal above a right answer makes PPO refuse everything; accuracy over all
 * pairs does not show it.
 */
final class VerdictScores {
    private static final String SCORE = "eval_score/";
    private static final String ACCURACY = "eval_verdict_accuracy/";

    /** Names of the metrics of {@link #report}. */
    static final String[] NAMES = Stream.of("answerable", "unanswerable")
            .flatMap(questions -> Stream.concat(
                    Stream.of(Verdict.values()).map(verdict -> SCORE + questions + "/" + verdict.word()),
                    Stream.of(ACCURACY + questions)))
            .toArray(String[]::new);

    private final Group answerable = new Group();
    private final Group unanswerable = new Group();

    private VerdictScores() {}

    /** Scores and pairs of one kind of question. */
    private static final class Group {
        private final List<Float> correct = new ArrayList<>();
        private final List<Float> refused = new ArrayList<>();
        private final List<Float> wrong = new ArrayList<>();
        private long pairs;
        private long ordered;

        private List<Float> scores(Verdict verdict) {
            return switch (verdict) {
                case CORRECT -> correct;
                case REFUSED -> refused;
                case WRONG -> wrong;
            };
        }
    }

    /**
     * Scores the completions of all preferences whose prompt is one of the questions. Equal completions of a prompt
     * count once.
     *
     * @param score returns the scores of a preference's completions, as the saved model gives them; those that it
     *     leaves out do not count
     */
    static VerdictScores of(
            List<Preference> preferences, Answers answers, Function<Preference, Map<Completion, Float>> score) {
        VerdictScores all = new VerdictScores();
        for (Preference preference : preferences) {
            Optional<QuestionRow> question = Optional.ofNullable(
                            preference.place().id())
                    .flatMap(answers::find)
                    .or(() -> answers.find(
                            preference.prompt().messages().getLast().content()));
            question.ifPresent(row -> all.add(row, answers, score.apply(preference)));
        }
        return all;
    }

    private void add(QuestionRow question, Answers answers, Map<Completion, Float> own) {
        Group group = question.answers().isEmpty() ? unanswerable : answerable;
        Set<String> seen = new HashSet<>();
        List<Verdict> verdicts = new ArrayList<>();
        List<Float> values = new ArrayList<>();
        own.forEach((completion, value) -> {
            if (seen.add(completion.text() + completion.ended())) {
                Verdict verdict = answers.judge(question, completion.text());
                group.scores(verdict).add(value);
                verdicts.add(verdict);
                values.add(value);
            }
        });
        for (int a = 0; a < values.size(); a++) {
            for (int b = 0; b < values.size(); b++) {
                if (verdicts.get(a).compareTo(verdicts.get(b)) < 0) {
                    group.pairs++;
                    group.ordered += values.get(a) > values.get(b) ? 1 : 0;
                }
            }
        }
    }

    /**
     * Prints the mean scores, and a warning if refusals score as high as right answers for questions with an answer.
     *
     * @return {@code eval_score/X/Y}: mean score of verdict Y (correct, refused, wrong) for X (answerable,
     *     unanswerable) questions; {@code eval_verdict_accuracy/X}: share of pairs with different verdicts that are
     *     ordered correct > refused > wrong; metrics without a completion or pair are left out
     */
    Map<String, Double> report(PrintStream console) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        report("answerable", answerable, metrics, console);
        report("unanswerable", unanswerable, metrics, console);
        if (!answerable.correct.isEmpty()
                && !answerable.refused.isEmpty()
                && mean(answerable.refused) >= mean(answerable.correct)) {
            console.println("warning: where there is an answer, refusals score no lower than right answers; PPO would"
                    + " learn to refuse. Rank right answers beside refusals: sample --written_answers");
        }
        return metrics;
    }

    private static void report(String questions, Group group, Map<String, Double> metrics, PrintStream console) {
        List<String> parts = new ArrayList<>();
        for (Verdict verdict : Verdict.values()) {
            List<Float> values = group.scores(verdict);
            if (!values.isEmpty()) {
                String name = verdict.word();
                metrics.put(SCORE + questions + "/" + name, mean(values));
                parts.add("%s %.3f (n=%d)".formatted(name, mean(values), values.size()));
            }
        }
        if (group.pairs > 0) {
            metrics.put(ACCURACY + questions, (double) group.ordered / group.pairs);
            parts.add("order right for %d of %d pairs".formatted(group.ordered, group.pairs));
        }
        console.println("held-out scores, " + questions + " questions: "
                + (parts.isEmpty() ? "none" : String.join(", ", parts)));
    }

    private static double mean(List<Float> values) {
        return values.stream().mapToDouble(Float::doubleValue).average().orElse(Double.NaN);
    }
}

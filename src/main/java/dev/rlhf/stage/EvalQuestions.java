package dev.rlhf.stage;

import dev.rlhf.data.QuestionRow;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Figures of greedy answers to questions: of usual wordings, and apart from them of wordings kept out of training. */
final class EvalQuestions {
    private static final String NEW_WORDING = "new_wording/";
    private static final String HALLUCINATION = "hallucination_rate";

    private EvalQuestions() {}

    /**
     * Adds to each run's figures and to those that belong to no single model.
     *
     * @param reference whose right answers say what is known; empty: all that has an answer
     * @return what is known
     */
    static EvalKnowledge measure(
            List<EvalRun> runs,
            Optional<EvalRun> reference,
            Predicate<QuestionRow> newWording,
            Map<String, Double> figures) {
        List<QuestionRow> questions =
                runs.getFirst().answers.stream().map(JudgedAnswer::question).toList();
        EvalKnowledge knowledge = reference
                .map(run -> EvalKnowledge.of(run.answers, newWording))
                .orElseGet(() -> EvalKnowledge.ofAnswerable(questions));
        measure("", newWording.negate(), runs, reference, knowledge, figures);
        if (questions.stream().anyMatch(newWording)) {
            measure(NEW_WORDING, newWording, runs, reference, knowledge, figures);
        }
        return knowledge;
    }

    private static void measure(
            String prefix,
            Predicate<QuestionRow> which,
            List<EvalRun> runs,
            Optional<EvalRun> reference,
            EvalKnowledge knowledge,
            Map<String, Double> figures) {
        for (EvalRun run : runs) {
            List<JudgedAnswer> answers =
                    run.answers.stream().filter(a -> which.test(a.question())).toList();
            knowledge.figures(answers).forEach((figure, value) -> run.figures.put(prefix + figure, value));
        }
        reference.ifPresent(known -> {
            List<QuestionRow> asked = known.answers.stream()
                    .map(JudgedAnswer::question)
                    .filter(which)
                    .toList();
            figures.put(prefix + "known_share", knowledge.share(asked));
            double theirs = known.figures.getOrDefault(prefix + HALLUCINATION, Double.NaN);
            for (EvalRun run : runs) {
                double ratio = run.figures.getOrDefault(prefix + HALLUCINATION, Double.NaN) / theirs;
                run.figures.put(prefix + "hallucination_ratio", Double.isFinite(ratio) ? ratio : Double.NaN);
            }
        });
    }
}

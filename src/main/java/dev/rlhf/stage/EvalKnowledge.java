package dev.rlhf.stage;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.refusal.RefusalMetrics;
import dev.rlhf.refusal.RefusalMetrics.Judged;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which facts a reference model knows, and how well another model answers what is known and refuses what is not.
 *
 * <p>A fact is a subject and a relation ({@code meta.relation}); rows without them are facts of their own. It is known if the
 * reference answers it rightly in every usual wording; wordings kept out of training are judged by the same list, because a
 * wording that is not understood is no lack of knowledge. Three kinds of questions follow: <i>known</i>; <i>unknowable</i>, without an
 * answer; and those the reference gets wrong although they have one, where refusing is neither asked for nor a fault.
 */
final class EvalKnowledge {
    private final Set<String> known;

    private EvalKnowledge(Set<String> known) {
        this.known = known;
    }

    /** Every question that has an answer counts as known. */
    static EvalKnowledge ofAnswerable(List<QuestionRow> questions) {
        return new EvalKnowledge(questions.stream()
                .filter(q -> !q.answers().isEmpty())
                .map(EvalKnowledge::fact)
                .collect(Collectors.toSet()));
    }

    /**
     * What a model shows to know.
     *
     * @param newWording rows in wordings kept out of training; they say nothing of a fact that has other rows
     */
    static EvalKnowledge of(List<JudgedAnswer> reference, Predicate<QuestionRow> newWording) {
        Set<String> usual = reference.stream()
                .map(JudgedAnswer::question)
                .filter(newWording.negate())
                .map(EvalKnowledge::fact)
                .collect(Collectors.toSet());
        Set<String> known = new HashSet<>();
        Set<String> missed = new HashSet<>();
        for (JudgedAnswer answer : reference) {
            String fact = fact(answer.question());
            if (!newWording.test(answer.question()) || !usual.contains(fact)) {
                (answer.correct() ? known : missed).add(fact);
            }
        }
        known.removeAll(missed);
        return new EvalKnowledge(known);
    }

    boolean known(QuestionRow question) {
        return known.contains(fact(question));
    }

    /** Known questions / questions with an answer. */
    double share(List<QuestionRow> questions) {
        return questions.stream()
                .filter(q -> !q.answers().isEmpty())
                .mapToInt(q -> known(q) ? 1 : 0)
                .average()
                .orElse(Double.NaN);
    }

    /**
     * The figures of one model, each in 0…1, NaN where there is nothing to divide by.
     *
     * <pre>
     * accuracy            right / questions with an answer
     * known_accuracy      right / known                    over_refusal      refused / known
     * refusal_recall      refused / unknowable             refusal_precision refused unknowable / refused of both
     * refusal_f1          of these two
     * hallucination_rate  wrong / all that is not known    answered_accuracy right / all not refused
     * coverage            not refused / all
     * </pre>
     */
    Map<String, Double> figures(List<JudgedAnswer> answers) {
        RefusalMetrics clear = metrics(
                answers, a -> known(a.question()) || a.question().answers().isEmpty());
        RefusalMetrics all = metrics(answers, a -> true);
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(
                "accuracy",
                answers.stream()
                        .filter(a -> !a.question().answers().isEmpty())
                        .mapToInt(a -> a.correct() ? 1 : 0)
                        .average()
                        .orElse(Double.NaN));
        figures.put("known_accuracy", clear.knownAccuracy());
        figures.put("over_refusal", clear.overRefusal());
        figures.put("refusal_recall", clear.refusalRecall());
        figures.put("refusal_precision", clear.refusalPrecision());
        figures.put("refusal_f1", clear.refusalF1());
        figures.put("hallucination_rate", all.hallucinationRate());
        figures.put("answered_accuracy", all.answeredAccuracy());
        figures.put("coverage", all.coverage());
        return figures;
    }

    private RefusalMetrics metrics(List<JudgedAnswer> answers, Predicate<JudgedAnswer> which) {
        return RefusalMetrics.of(answers.stream()
                .filter(which)
                .map(answer -> new Judged(known(answer.question()), answer.verdict()))
                .toList());
    }

    private static String fact(QuestionRow question) {
        String relation = question.meta().get("relation");
        return question.subject() == null || relation == null ? question.key() : question.subject() + "\n" + relation;
    }
}

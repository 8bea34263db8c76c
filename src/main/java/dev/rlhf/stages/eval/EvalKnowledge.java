package dev.rlhf.stages.eval;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.refusal.RefusalMetrics;
import dev.rlhf.refusal.RefusalMetrics.Judged;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The facts that a reference model knows, and how well another model answers known and refuses unknown ones.
 *
 * <p>A fact is a subject and a relation ({@code meta.relation}); a row without them, and a question about a passage, is
 * a fact of its own. A fact is
 * known if the reference answers it correctly in every usual wording. Wordings kept out of training are judged by the
 * same list, because not understanding a wording is not a lack of knowledge. This makes three kinds of questions:
 * <i>known</i>; <i>unknowable</i>, without an answer; and answerable ones that the reference gets wrong, where a
 * refusal is neither required nor an error.
 */
final class EvalKnowledge {
    private final Set<String> known;

    private EvalKnowledge(Set<String> known) {
        this.known = known;
    }

    /** Counts every question that has an answer as known. */
    static EvalKnowledge ofAnswerable(List<QuestionRow> questions) {
        return new EvalKnowledge(questions.stream()
                .filter(q -> !q.answers().isEmpty())
                .map(EvalKnowledge::fact)
                .collect(Collectors.toSet()));
    }

    /**
     * Derives the known facts from the answers of the reference.
     *
     * @param newWording selects rows in wordings kept out of training; they are ignored for facts that have other rows
     */
    static EvalKnowledge of(List<JudgedAnswer> reference, Predicate<QuestionRow> newWording) {
        Set<String> correct = reference.stream()
                .filter(JudgedAnswer::correct)
                .map(answer -> answer.question().key())
                .collect(Collectors.toSet());
        return of(reference.stream().map(JudgedAnswer::question).toList(), correct, newWording);
    }

    /**
     * Derives the known facts from known questions.
     *
     * @param keys {@link QuestionRow#key} of each known question
     */
    static EvalKnowledge of(List<QuestionRow> questions, Set<String> keys, Predicate<QuestionRow> newWording) {
        Set<String> usual = questions.stream()
                .filter(newWording.negate())
                .map(EvalKnowledge::fact)
                .collect(Collectors.toSet());
        Set<String> known = new HashSet<>();
        Set<String> missed = new HashSet<>();
        for (QuestionRow question : questions) {
            String fact = fact(question);
            if (!newWording.test(question) || !usual.contains(fact)) {
                (keys.contains(question.key()) ? known : missed).add(fact);
            }
        }
        known.removeAll(missed);
        return new EvalKnowledge(known);
    }

    /** Returns the facts that are known in both. */
    EvalKnowledge and(EvalKnowledge other) {
        Set<String> both = new HashSet<>(known);
        both.retainAll(other.known);
        return new EvalKnowledge(both);
    }

    boolean known(QuestionRow question) {
        return known.contains(fact(question));
    }

    /** Counts of the answers to some questions: those of one subject, or a sum over subjects. */
    record Counts(RefusalMetrics clear, RefusalMetrics all, int answerable, int known, int right) {
        static final Counts NONE =
                new Counts(new RefusalMetrics(0, 0, 0, 0, 0, 0), new RefusalMetrics(0, 0, 0, 0, 0, 0), 0, 0, 0);

        Counts plus(Counts other) {
            return new Counts(
                    clear.plus(other.clear),
                    all.plus(other.all),
                    answerable + other.answerable,
                    known + other.known,
                    right + other.right);
        }

        static Counts sum(Collection<Counts> counts) {
            return counts.stream().reduce(NONE, Counts::plus);
        }
    }

    /**
     * Returns counts by subject, in the order of first occurrence: questions about one subject are not independent. A
     * question without a subject is its own subject.
     */
    Map<String, Counts> bySubject(List<JudgedAnswer> answers) {
        Map<String, List<JudgedAnswer>> groups = answers.stream()
                .collect(Collectors.groupingBy(
                        answer -> subject(answer.question()), LinkedHashMap::new, Collectors.toList()));
        Map<String, Counts> counts = new LinkedHashMap<>();
        groups.forEach((subject, group) -> counts.put(subject, counts(group)));
        return counts;
    }

    private Counts counts(List<JudgedAnswer> answers) {
        List<JudgedAnswer> answerable =
                answers.stream().filter(a -> !a.question().answers().isEmpty()).toList();
        return new Counts(
                metrics(
                        answers,
                        a -> known(a.question()) || a.question().answers().isEmpty()),
                metrics(answers, a -> true),
                answerable.size(),
                (int) answerable.stream().filter(a -> known(a.question())).count(),
                (int) answerable.stream().filter(JudgedAnswer::correct).count());
    }

    private RefusalMetrics metrics(List<JudgedAnswer> answers, Predicate<JudgedAnswer> which) {
        return RefusalMetrics.of(answers.stream()
                .filter(which)
                .map(answer -> new Judged(known(answer.question()), answer.verdict()))
                .toList());
    }

    /** Returns what a question is about; a question without a subject is its own. */
    static String subject(QuestionRow question) {
        return question.subject() == null ? question.key() : question.subject();
    }

    private static String fact(QuestionRow question) {
        String relation = question.meta().get("relation");
        return question.subject() == null || relation == null || question.context() != null
                ? question.key()
                : question.subject() + "\n" + relation;
    }
}

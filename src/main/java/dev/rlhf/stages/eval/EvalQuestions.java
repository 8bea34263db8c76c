package dev.rlhf.stages.eval;

import dev.rlhf.base.Bootstrap;
import dev.rlhf.base.Interval;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.stage.MetricNames;
import dev.rlhf.stages.eval.EvalKnowledge.Counts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Metrics of greedy answers to questions, separately for usual wordings and for wordings kept out of training. Each has
 * an interval from a bootstrap over subjects.
 */
final class EvalQuestions {
    private static final String NEW_WORDING = "new_wording/";
    private static final String EVERY_WORDING = "/every_wording";
    private static final String GAIN = "_gain";
    private static final String HALLUCINATION_RATIO = "hallucination_ratio";
    private static final String ANY = "/*";
    private static final String REFERENCE = "knowledge_reference";

    /** A share: its name, its value, and its denominator. */
    private record Rate(String name, ToDoubleFunction<Counts> value, ToLongFunction<Counts> n) {
        Interval of(List<Counts> subjects) {
            return Bootstrap.of(subjects, some -> value.applyAsDouble(Counts.sum(some)))
                    .withN(n.applyAsLong(Counts.sum(subjects)));
        }
    }

    private static final Rate RECALL = new Rate(
            "refusal_recall", c -> c.clear().refusalRecall(), c -> c.clear().unknown());
    private static final Rate HALLUCINATION = new Rate(
            "hallucination_rate", c -> c.all().hallucinationRate(), c -> c.all().unknown());
    private static final Rate TRUTHFULNESS = new Rate(
            "truthfulness",
            c -> c.all().truthfulness(),
            c -> c.all().known() + c.all().unknown());
    private static final Rate KNOWN_ACCURACY = new Rate(
            "known_accuracy", c -> c.clear().knownAccuracy(), c -> c.clear().known());
    private static final Rate OVER_REFUSAL = new Rate(
            "over_refusal", c -> c.clear().overRefusal(), c -> c.clear().known());
    private static final Rate KNOWN_SHARE =
            new Rate("known_share", c -> (double) c.known() / c.answerable(), Counts::answerable);

    /** The shares of docs/reference/evaluation.md; NaN if the denominator is 0. */
    private static final List<Rate> RATES = List.of(
            new Rate("accuracy", c -> (double) c.right() / c.answerable(), Counts::answerable),
            KNOWN_ACCURACY,
            OVER_REFUSAL,
            RECALL,
            new Rate(
                    "refusal_precision",
                    c -> c.clear().refusalPrecision(),
                    c -> c.clear().refused()),
            new Rate(
                    "refusal_f1",
                    c -> c.clear().refusalF1(),
                    c -> c.clear().known() + c.clear().unknown()),
            HALLUCINATION,
            new Rate(
                    "unknown_refused",
                    c -> c.all().refusalRecall(),
                    c -> c.all().unknown()),
            TRUTHFULNESS,
            new Rate(
                    "answered_accuracy",
                    c -> c.all().answeredAccuracy(),
                    c -> c.all().answered()),
            new Rate(
                    "coverage",
                    c -> c.all().coverage(),
                    c -> c.all().known() + c.all().unknown()));

    private EvalQuestions() {}

    /** Returns the names of each model's metrics. */
    static MetricNames names(EvalOptions options) {
        boolean reference = options.known().knowledge_reference() != null;
        boolean start = options.samples().kl_reference() != null;
        MetricNames either = MetricNames.of(RATES.stream().map(Rate::name).toArray(String[]::new))
                .and(RECALL.name() + ANY)
                .with(EvalConfidence.NAMES)
                .when(start, "kl_reference", TRUTHFULNESS.name() + GAIN, KNOWN_ACCURACY.name() + GAIN)
                .when(
                        reference,
                        REFERENCE,
                        HALLUCINATION_RATIO,
                        KNOWN_ACCURACY.name() + EVERY_WORDING,
                        OVER_REFUSAL.name() + EVERY_WORDING);
        return either.and(TRUTHFULNESS.name() + ANY).with(either.prefixed(NEW_WORDING));
    }

    /** Returns the names of the metrics that no model has. */
    static MetricNames sharedNames(EvalOptions options) {
        boolean reference = options.known().knowledge_reference() != null;
        return MetricNames.of().when(reference, REFERENCE, KNOWN_SHARE.name(), NEW_WORDING + KNOWN_SHARE.name());
    }

    /**
     * Adds the metrics of each model to its run, and the others to {@code metrics}.
     *
     * @param probed facts that a probe found to be known; empty = use {@code reference}
     * @param reference run whose correct answers define what is known; empty = everything that has an answer
     * @param start run that the others are compared with, question by question; empty = no gains
     * @return the known facts
     */
    static EvalKnowledge measure(
            List<EvalRun> runs,
            Optional<EvalKnowledge> probed,
            Optional<EvalRun> reference,
            Optional<EvalRun> start,
            Predicate<QuestionRow> newWording,
            Map<String, Interval> metrics) {
        List<QuestionRow> questions =
                runs.getFirst().answers.stream().map(JudgedAnswer::question).toList();
        EvalKnowledge knowledge = probed.or(() -> reference.map(run -> EvalKnowledge.of(run.answers, newWording)))
                .orElseGet(() -> EvalKnowledge.ofAnswerable(questions));
        measure("", newWording.negate(), runs, reference, start, knowledge, metrics);
        if (questions.stream().anyMatch(newWording)) {
            measure(NEW_WORDING, newWording, runs, reference, start, knowledge, metrics);
            reference.ifPresent(run -> measureEveryWording(runs, run, newWording));
        }
        return knowledge;
    }

    /**
     * Adds the rates of the facts that the reference answers correctly both in every usual and in every new wording.
     */
    private static void measureEveryWording(List<EvalRun> runs, EvalRun reference, Predicate<QuestionRow> newWording) {
        EvalKnowledge knowledge = EvalKnowledge.of(answers(reference, newWording.negate()), question -> false)
                .and(EvalKnowledge.of(answers(reference, newWording), question -> false));
        for (EvalRun run : runs) {
            for (Rate rate : List.of(KNOWN_ACCURACY, OVER_REFUSAL)) {
                String metric = rate.name() + EVERY_WORDING;
                run.metrics.put(metric, rate.of(subjects(run, newWording.negate(), knowledge)));
                run.metrics.put(NEW_WORDING + metric, rate.of(subjects(run, newWording, knowledge)));
            }
        }
    }

    private static List<Counts> subjects(EvalRun run, Predicate<QuestionRow> which, EvalKnowledge knowledge) {
        return List.copyOf(knowledge.bySubject(answers(run, which)).values());
    }

    private static void measure(
            String prefix,
            Predicate<QuestionRow> which,
            List<EvalRun> runs,
            Optional<EvalRun> reference,
            Optional<EvalRun> start,
            EvalKnowledge knowledge,
            Map<String, Interval> metrics) {
        for (EvalRun run : runs) {
            List<JudgedAnswer> answers = answers(run, which);
            rates(answers, knowledge).forEach((metric, value) -> run.metrics.put(prefix + metric, value));
            EvalConfidence.of(answers).forEach((metric, value) -> run.metrics.put(prefix + metric, value));
            if (prefix.isEmpty()) {
                run.metrics.putAll(byKind(answers, knowledge));
            }
        }
        start.ifPresent(run -> {
            Map<String, Counts> before = knowledge.bySubject(answers(run, which));
            for (EvalRun other : runs) {
                Map<String, Counts> after = knowledge.bySubject(answers(other, which));
                for (Rate rate : List.of(TRUTHFULNESS, KNOWN_ACCURACY)) {
                    other.metrics.put(prefix + rate.name() + GAIN, gain(rate, after, before));
                }
            }
        });
        reference.ifPresent(known -> {
            Map<String, Counts> theirs = knowledge.bySubject(answers(known, which));
            metrics.put(prefix + KNOWN_SHARE.name(), KNOWN_SHARE.of(List.copyOf(theirs.values())));
            for (EvalRun run : runs) {
                run.metrics.put(prefix + HALLUCINATION_RATIO, ratio(knowledge.bySubject(answers(run, which)), theirs));
            }
        });
    }

    private static List<JudgedAnswer> answers(EvalRun run, Predicate<QuestionRow> which) {
        return run.answers.stream().filter(a -> which.test(a.question())).toList();
    }

    /** Returns all rates, and the refusal recall for each {@code meta.origin} of unknowable questions. */
    private static Map<String, Interval> rates(List<JudgedAnswer> answers, EvalKnowledge knowledge) {
        Map<String, Interval> rates = new LinkedHashMap<>();
        List<Counts> subjects = List.copyOf(knowledge.bySubject(answers).values());
        RATES.forEach(rate -> rates.put(rate.name(), rate.of(subjects)));
        List<JudgedAnswer> unknowable = answers.stream()
                .filter(a ->
                        a.question().answers().isEmpty() && a.question().meta().containsKey("origin"))
                .toList();
        Set<String> origins = new TreeSet<>();
        unknowable.forEach(a -> origins.add(origin(a)));
        for (String origin : origins) {
            List<JudgedAnswer> some =
                    unknowable.stream().filter(a -> origin(a).equals(origin)).toList();
            rates.put(
                    RECALL.name() + "/" + origin,
                    RECALL.of(List.copyOf(knowledge.bySubject(some).values())));
        }
        return rates;
    }

    /** Returns the truthfulness for each {@code meta.kind}. */
    private static Map<String, Interval> byKind(List<JudgedAnswer> answers, EvalKnowledge knowledge) {
        Map<String, List<JudgedAnswer>> kinds = answers.stream()
                .filter(a -> a.question().meta().containsKey("kind"))
                .collect(Collectors.groupingBy(
                        a -> a.question().meta().getOrDefault("kind", ""), TreeMap::new, Collectors.toList()));
        Map<String, Interval> rates = new LinkedHashMap<>();
        kinds.forEach((kind, some) -> rates.put(
                TRUTHFULNESS.name() + "/" + kind,
                TRUTHFULNESS.of(List.copyOf(knowledge.bySubject(some).values()))));
        return rates;
    }

    private static String origin(JudgedAnswer answer) {
        return answer.question().meta().getOrDefault("origin", "");
    }

    /** Returns the ratio of two hallucination rates. */
    private static Interval ratio(Map<String, Counts> mine, Map<String, Counts> theirs) {
        return paired(HALLUCINATION, mine, theirs, (top, bottom) -> bottom > 0 ? top / bottom : Double.NaN);
    }

    private static Interval gain(Rate rate, Map<String, Counts> after, Map<String, Counts> before) {
        return paired(rate, after, before, (mine, theirs) -> mine - theirs);
    }

    /** Compares a rate of two models; every bootstrap draw uses the same subjects for both. */
    private static Interval paired(
            Rate rate, Map<String, Counts> mine, Map<String, Counts> theirs, DoubleBinaryOperator compare) {
        record Pair(Counts mine, Counts theirs) {}
        List<Pair> subjects = new ArrayList<>();
        mine.forEach((subject, counts) -> subjects.add(new Pair(counts, theirs.getOrDefault(subject, Counts.NONE))));
        Interval compared = Bootstrap.of(
                subjects,
                some -> compare.applyAsDouble(
                        rate.value()
                                .applyAsDouble(
                                        Counts.sum(some.stream().map(Pair::mine).toList())),
                        rate.value()
                                .applyAsDouble(Counts.sum(
                                        some.stream().map(Pair::theirs).toList()))));
        return compared.withN(rate.n().applyAsLong(Counts.sum(mine.values())));
    }
}

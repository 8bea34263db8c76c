package dev.rlhf.stages.eval;

import dev.rlhf.base.Bootstrap;
import dev.rlhf.base.Interval;
import dev.rlhf.refusal.Confidence;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.report.html.AnswerCurves;
import dev.rlhf.stage.MetricNames;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Metrics of a model's confidence in its greedy answers, with intervals over subjects. Pure functions. */
final class EvalConfidence {
    private static final List<Integer> COVERAGES = List.of(20, 40, 60, 80, 100);

    private static final String AVERAGE_PRECISION = "average_precision";
    private static final String CALIBRATION_ERROR = "calibration_error";

    /** Names of the metrics. */
    static final MetricNames NAMES = MetricNames.of(AVERAGE_PRECISION, CALIBRATION_ERROR)
            .and(COVERAGES.stream().map(percent -> AnswerCurves.RISK + percent).toArray(String[]::new));

    private EvalConfidence() {}

    /**
     * Returns {@code average_precision}, {@code calibration_error}, and the risk–coverage curve as {@code risk/20} …
     * {@code risk/100}: the share of wrong answers if only the most confident answers to that percentage of the
     * questions were given. n is the number of answers that decide: those given, or those that count in the curve.
     * Empty if the confidence is unknown, or if no question has an answer: then every answer given is wrong, and the
     * metrics say nothing about the confidence.
     */
    static Map<String, Interval> of(List<JudgedAnswer> answers) {
        Map<String, Interval> metrics = new LinkedHashMap<>();
        if (answers.stream().noneMatch(answer -> Double.isFinite(answer.confidence()))
                || answers.stream()
                        .allMatch(answer -> answer.question().answers().isEmpty())) {
            return metrics;
        }
        List<List<JudgedAnswer>> subjects = List.copyOf(answers.stream()
                .collect(Collectors.groupingBy(
                        answer -> EvalKnowledge.subject(answer.question()), LinkedHashMap::new, Collectors.toList()))
                .values());
        long given = answers.stream().filter(answer -> !answer.refused()).count();
        long rated = answers.stream()
                .filter(answer -> !answer.refused() && Double.isFinite(answer.confidence()))
                .count();
        metrics.put(AVERAGE_PRECISION, interval(subjects, Confidence::averagePrecision, given));
        metrics.put(CALIBRATION_ERROR, interval(subjects, Confidence::calibrationError, rated));
        for (int percent : COVERAGES) {
            double coverage = percent / 100.0;
            metrics.put(
                    AnswerCurves.RISK + percent,
                    interval(
                            subjects,
                            some -> Confidence.riskAt(coverage, some),
                            Confidence.answersAt(coverage, answers.size())));
        }
        return metrics;
    }

    private static Interval interval(
            List<List<JudgedAnswer>> subjects, ToDoubleFunction<Collection<JudgedAnswer>> metric, long n) {
        Interval interval = Bootstrap.of(
                subjects,
                some -> metric.applyAsDouble(some.stream().flatMap(List::stream).toList()));
        return (Double.isNaN(interval.value()) ? Interval.NOT_MEASURED : interval).withN(n);
    }
}

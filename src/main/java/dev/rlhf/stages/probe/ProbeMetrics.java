package dev.rlhf.stages.probe;

import dev.rlhf.refusal.Confidence;
import dev.rlhf.refusal.Knowledge;
import dev.rlhf.stage.MetricNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The metrics of a probe. Except for the number of questions, they are over answerable questions, because those without
 * an answer are unknown by definition: the shares of the decisions {@code known_share}, {@code unsure_share} and {@code
 * unknown_share}, overall and for each value of {@code meta.split} and {@code meta.kind}, as in {@code
 * known_share/asked}; the means of {@code share_correct} and {@code agreement}; and the {@code average_precision} of
 * the greedy answers' confidence.
 */
final class ProbeMetrics {
    /** Names of the metrics; those of groups end in the value of their field. */
    static final MetricNames NAMES = MetricNames.of("questions", "answerable")
            .with(MetricNames.of("known_share", "unsure_share", "unknown_share").suffixed(List.of("/*")))
            .and("share_correct", "agreement", "average_precision");

    private ProbeMetrics() {}

    static Map<String, Double> of(List<ProbedQuestion> probed) {
        List<ProbedQuestion> answerable =
                probed.stream().filter(ProbedQuestion::answerable).toList();
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("questions", (double) probed.size());
        metrics.put("answerable", (double) answerable.size());
        shares("", answerable, metrics);
        metrics.put("share_correct", mean(answerable, ProbedQuestion::shareCorrect));
        metrics.put("agreement", mean(answerable, ProbedQuestion::agreement));
        metrics.put(
                "average_precision",
                Confidence.averagePrecision(
                        answerable.stream().map(ProbedQuestion::greedy).toList()));
        for (String group : List.of("split", "kind")) {
            answerable.stream()
                    .filter(q -> q.question().meta().containsKey(group))
                    .collect(Collectors.groupingBy(
                            q -> q.question().meta().getOrDefault(group, ""), TreeMap::new, Collectors.toList()))
                    .forEach((value, questions) -> shares("/" + value, questions, metrics));
        }
        return metrics;
    }

    private static double mean(List<ProbedQuestion> questions, ToDoubleFunction<ProbedQuestion> of) {
        return questions.stream().mapToDouble(of).average().orElse(Double.NaN);
    }

    private static void shares(String suffix, List<ProbedQuestion> questions, Map<String, Double> metrics) {
        for (Knowledge knowledge : Knowledge.values()) {
            long count =
                    questions.stream().filter(q -> q.knowledge() == knowledge).count();
            String name = switch (knowledge) {
                case KNOWN -> "known_share";
                case UNSURE -> "unsure_share";
                case UNKNOWN -> "unknown_share";
            };
            metrics.put(name + suffix, (double) count / questions.size());
        }
    }
}

package dev.rlhf.stages.probe;

import dev.rlhf.refusal.Knowledge;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Shares of questions by what was decided: {@code known_share}, {@code unsure_share}, {@code unknown_share} of those
 * that have an answer, and the same of each value of {@code meta.split} and {@code meta.kind}, as in
 * {@code known_share/asked}. Questions without an answer are unknown by definition and count in none of them.
 */
final class ProbeMetrics {
    private ProbeMetrics() {}

    static Map<String, Double> of(List<ProbedQuestion> probed) {
        List<ProbedQuestion> answerable =
                probed.stream().filter(ProbedQuestion::answerable).toList();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("questions", (double) probed.size());
        figures.put("answerable", (double) answerable.size());
        shares("", answerable, figures);
        for (String group : List.of("split", "kind")) {
            answerable.stream()
                    .filter(q -> q.question().meta().containsKey(group))
                    .collect(Collectors.groupingBy(
                            q -> q.question().meta().getOrDefault(group, ""), TreeMap::new, Collectors.toList()))
                    .forEach((value, questions) -> shares("/" + value, questions, figures));
        }
        return figures;
    }

    private static void shares(String suffix, List<ProbedQuestion> questions, Map<String, Double> figures) {
        for (Knowledge knowledge : Knowledge.values()) {
            long count =
                    questions.stream().filter(q -> q.knowledge() == knowledge).count();
            String name = switch (knowledge) {
                case KNOWN -> "known_share";
                case UNSURE -> "unsure_share";
                case UNKNOWN -> "unknown_share";
            };
            figures.put(name + suffix, (double) count / questions.size());
        }
    }
}

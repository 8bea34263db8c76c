package dev.rlhf.report.html;

import dev.rlhf.report.console.ComparisonTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The content of a pipeline's report.
 *
 * @param comparisons the before/after tables by the names of their stages
 * @param curves the curves of each model's answers, by the names of the evaluations
 * @param samples the same prompts answered by each model
 * @param recipe the resolved recipe as text
 * @param environment facts about machine, device and versions, by name
 */
public record PipelineSummary(
        String title,
        List<StageSection> stages,
        Map<String, ComparisonTable> comparisons,
        Map<String, List<AnswerCurves>> curves,
        List<SampleComparison> samples,
        String recipe,
        Map<String, String> environment) {
    public PipelineSummary {
        stages = List.copyOf(stages);
        comparisons = new LinkedHashMap<>(comparisons);
        curves = new LinkedHashMap<>(curves);
        samples = List.copyOf(samples);
        environment = new LinkedHashMap<>(environment);
    }
}

package dev.rlhf.report.html;

import dev.rlhf.report.console.ComparisonTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of a pipeline's report.
 *
 * @param comparison the before/after table; null if nothing was compared
 * @param samples the same prompts answered by each model
 * @param recipe the resolved recipe as text
 * @param environment names and values of machine, device and versions
 */
public record PipelineSummary(
        String title,
        List<StageSection> stages,
        @Nullable ComparisonTable comparison,
        List<SampleComparison> samples,
        String recipe,
        Map<String, String> environment) {
    public PipelineSummary {
        stages = List.copyOf(stages);
        samples = List.copyOf(samples);
        environment = new LinkedHashMap<>(environment);
    }
}

package dev.rlhf.recipe;

import dev.rlhf.report.console.ComparisonTable;
import dev.rlhf.report.html.AnswerCurves;
import dev.rlhf.report.html.Expectation;
import dev.rlhf.report.html.HtmlReport;
import dev.rlhf.report.html.PipelineHtml;
import dev.rlhf.report.html.PipelineSummary;
import dev.rlhf.report.html.SampleComparison;
import dev.rlhf.report.html.StageSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the HTML reports of a finished run: one for a pipeline and one for each of its stages that logged metrics; for
 * a single stage, one if it compared models.
 */
final class HtmlReports {
    private static final int SAMPLES = 10;
    private static final String COMPARISON = "comparison.json";

    private HtmlReports() {}

    /** Writes the report of a single stage that compared models, such as {@code rlhf eval}, to its folder. */
    static void writeComparison(List<StageOutcome> stages) throws IOException {
        Optional<Path> folder = stages.getFirst().outputDir();
        if (folder.isPresent() && Files.isRegularFile(folder.get().resolve(COMPARISON))) {
            write(folder.get(), stages);
        }
    }

    static void write(Path outputDir, List<StageOutcome> stages) throws IOException {
        List<StageSection> sections = new ArrayList<>();
        Map<String, ComparisonTable> comparisons = new LinkedHashMap<>();
        Map<String, List<AnswerCurves>> curves = new LinkedHashMap<>();
        List<SampleComparison> samples = List.of();
        for (StageOutcome stage : stages) {
            Path folder = stage.outputDir().orElse(outputDir);
            sections.add(new StageSection(
                    stage.name(), folder, stage.seconds(), stage.metrics(), expectations(stage.checks())));
            if (Files.isRegularFile(folder.resolve("metrics.jsonl"))) {
                HtmlReport.write(folder, stage.name(), Map.of());
            }
            if (Files.isRegularFile(folder.resolve(COMPARISON))) {
                comparisons.put(stage.name(), ComparisonTable.read(folder.resolve(COMPARISON)));
            }
            if (Files.isRegularFile(folder.resolve(AnswerCurves.FILE))) {
                curves.put(stage.name(), AnswerCurves.read(folder.resolve(AnswerCurves.FILE)));
            }
            if (Files.isRegularFile(folder.resolve("samples.json"))) {
                List<SampleComparison> all = SampleComparison.read(folder.resolve("samples.json"));
                samples = all.subList(0, Math.min(SAMPLES, all.size()));
            }
        }
        Path recipe = outputDir.resolve(RunFolder.RECIPE);
        PipelineHtml.write(
                outputDir.resolve("report.html"),
                new PipelineSummary(
                        outputDir.getFileName().toString(),
                        sections,
                        comparisons,
                        curves,
                        samples,
                        Files.isRegularFile(recipe) ? Files.readString(recipe) : "",
                        Map.of()));
    }

    private static List<Expectation> expectations(List<Expectations.Check> checks) {
        return checks.stream()
                .map(check -> new Expectation(check.metric(), check.bound().text(), check.value(), check.met()))
                .toList();
    }
}

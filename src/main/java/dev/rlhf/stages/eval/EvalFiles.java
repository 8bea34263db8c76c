package dev.rlhf.stages.eval;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.Interval;
import dev.rlhf.base.Json;
import dev.rlhf.data.JsonLines;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.report.console.ComparisonTable;
import dev.rlhf.report.html.SampleComparison;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes the files of an evaluation: the comparison, samples for the report, and every answer. */
final class EvalFiles {
    static final String COMPARISON = "comparison.json";
    static final String SAMPLES = "samples.json";
    static final String ANSWERS = "answers.jsonl";

    private EvalFiles() {}

    /** Returns a table with one column per model and a row for each metric of any of them. */
    static ComparisonTable comparison(List<EvalRun> runs) {
        Set<String> metrics = runs.stream()
                .flatMap(run -> run.metrics.keySet().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Map<String, List<Interval>> rows = new LinkedHashMap<>();
        for (String metric : metrics) {
            rows.put(
                    metric,
                    runs.stream()
                            .map(run -> run.metrics.getOrDefault(metric, Interval.NOT_MEASURED))
                            .toList());
        }
        return new ComparisonTable(runs.stream().map(EvalRun::name).toList(), rows);
    }

    /**
     * Returns the models' answers to the same prompts: greedy answers if there are questions, otherwise their first
     * samples.
     */
    static List<SampleComparison> samples(List<EvalRun> runs, int count) {
        EvalRun first = runs.getFirst();
        List<SampleComparison> samples = new ArrayList<>();
        if (!first.answers.isEmpty()) {
            List<String> splits = first.answers.stream()
                    .map(answer -> answer.question().meta().getOrDefault("split", ""))
                    .toList();
            for (int i : EvenSpacing.overGroups(splits, count)) {
                samples.add(new SampleComparison(
                        first.answers.get(i).question().question(),
                        byModel(runs, run -> run.answers.get(i).text())));
            }
        } else if (!first.samples.isEmpty()) {
            for (int i : EvenSpacing.evenly(first.samples.size(), count)) {
                samples.add(new SampleComparison(
                        first.samples.get(i).row().messages().getLast().content(),
                        byModel(runs, run -> run.samples.get(i).text())));
            }
        }
        return samples;
    }

    private static Map<String, String> byModel(List<EvalRun> runs, Function<EvalRun, String> text) {
        Map<String, String> byModel = new LinkedHashMap<>();
        runs.forEach(run -> byModel.put(run.name(), text.apply(run)));
        return byModel;
    }

    /** A line of answers.jsonl. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Line(
            String model,
            @Nullable String id,
            @Nullable String context,
            String question,
            boolean known,
            String verdict,
            @Nullable Double confidence,
            String answer,
            Map<String, String> meta) {}

    static void write(
            Path folder,
            List<EvalRun> runs,
            ComparisonTable comparison,
            List<SampleComparison> samples,
            Optional<EvalKnowledge> knowledge)
            throws IOException {
        AtomicFiles.writeString(folder.resolve(COMPARISON), comparison.toJson().toPrettyString() + "\n");
        AtomicFiles.writeString(
                folder.resolve(SAMPLES),
                Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(samples) + "\n");
        if (knowledge.isPresent()) {
            List<Line> lines = new ArrayList<>();
            for (EvalRun run : runs) {
                run.answers.forEach(answer -> lines.add(line(run.name(), answer, knowledge.get())));
            }
            JsonLines.write(folder.resolve(ANSWERS), lines);
        }
    }

    private static Line line(String model, JudgedAnswer answer, EvalKnowledge knowledge) {
        QuestionRow question = answer.question();
        return new Line(
                model,
                question.id(),
                question.context(),
                question.question(),
                knowledge.known(question),
                answer.verdict().word(),
                Double.isFinite(answer.confidence()) ? answer.confidence() : null,
                answer.text(),
                question.meta());
    }
}

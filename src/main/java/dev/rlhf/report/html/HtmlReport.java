package dev.rlhf.report.html;

import dev.rlhf.base.AtomicFiles;
import dev.rlhf.report.console.Numbers;
import dev.rlhf.report.log.DoneFile;
import dev.rlhf.report.log.Environment;
import dev.rlhf.report.log.Metrics;
import dev.rlhf.report.log.RunFiles;
import dev.rlhf.report.log.Series;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the report of one run, {@code report.html}: its final metrics, a health check, the curve of every metric, the
 * first and last samples side by side, the resolved recipe and the machine. The file is self-contained.
 */
public final class HtmlReport {
    private static final List<String> HEADLINES = List.of(
            "loss",
            "eval_loss",
            "accuracy",
            "eval_accuracy",
            "objective/scores",
            "objective/kl",
            "response_length/mean",
            "tokens_per_second",
            "perf/tokens_per_second");

    private HtmlReport() {}

    /**
     * Reads metrics.jsonl, samples/, recipe.yaml and done.json in {@code runDir}, each if it exists, and writes the
     * report.
     *
     * @param title the title, as in {@code "sft · runs/x"}
     * @param environment facts such as device and engine; facts known to the JVM are added
     * @return the file written
     * @throws dev.rlhf.base.InputException if one of the files is broken
     */
    public static Path write(Path runDir, String title, Map<String, String> environment) throws IOException {
        Metrics metrics = Metrics.read(runDir);
        Optional<DoneFile> done = DoneFile.read(runDir);
        List<RunFiles.Samples> samples = RunFiles.firstAndLastSamples(runDir);
        Page page = new Page(title)
                .add(Element.of("h1").text(title))
                .add(ReportElements.tiles(tiles(metrics, done)))
                .section("health", "Health", Element.of("div").add(ReportElements.health(Health.check(metrics))))
                .section("curves", "Curves", Curves.grouped(metrics))
                .section("samples", "Samples", SampleViews.firstAndLast(samples))
                .section(
                        "recipe",
                        "Recipe",
                        ReportElements.recipe(RunFiles.recipe(runDir).orElse("")))
                .section("machine", "Machine", ReportElements.facts(Environment.with(environment)));
        Path file = runDir.resolve("report.html");
        AtomicFiles.writeString(file, page.toString());
        return file;
    }

    /** Returns the final metrics; for a run without done.json, the latest values of the most important ones. */
    private static Map<String, String> tiles(Metrics metrics, Optional<DoneFile> done) {
        Map<String, String> tiles = new LinkedHashMap<>();
        done.map(DoneFile::metrics)
                .orElse(Map.of())
                .forEach((name, value) -> tiles.put(name, ReportElements.value(name, value)));
        if (tiles.isEmpty()) {
            HEADLINES.stream()
                    .map(metrics::find)
                    .flatMap(Optional::stream)
                    .forEach(series -> tiles.put(series.name(), ReportElements.value(series.name(), series.last())));
        }
        metrics.series().stream()
                .flatMap(series -> series.points().stream())
                .mapToLong(Series.Point::step)
                .max()
                .ifPresent(step -> tiles.put("steps", Numbers.number((double) step)));
        done.map(DoneFile::seconds)
                .filter(seconds -> !seconds.isNaN())
                .ifPresent(seconds -> tiles.put("wall time", Numbers.duration(seconds)));
        return tiles;
    }
}

package dev.rlhf.report.html;

import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.Interval;
import dev.rlhf.report.console.ComparisonTable;
import dev.rlhf.report.console.Numbers;
import dev.rlhf.report.log.Environment;
import dev.rlhf.report.log.MetricIntervals;
import dev.rlhf.report.log.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the report of a pipeline: whether its expectations were met, charts of correct, refused and made-up answers,
 * the before/after table, samples side by side, and each stage's wall time, metrics, health and curves. The file is
 * self-contained.
 */
public final class PipelineHtml {
    private PipelineHtml() {}

    /**
     * Writes the report.
     *
     * @param file the file to write; links to the stages' own reports are relative to its folder
     * @throws dev.rlhf.base.InputException if a stage's metrics.jsonl is broken
     */
    public static void write(Path file, PipelineSummary report) throws IOException {
        List<Element> details = new ArrayList<>();
        for (StageSection stage : report.stages()) {
            details.add(details(stage));
        }
        Page page = new Page(report.title())
                .add(Element.of("h1").text(report.title()))
                .add(verdict(report))
                .add(ReportElements.tiles(tiles(report)))
                .section("outcomes", "Right, refused, made up", outcomes(report))
                .section("comparison", "Before and after", comparison(report))
                .section("expectations", "Expectations", expectations(report))
                .section("stages", "Stages", stages(report, details, file))
                .section("samples", "Samples of each model", SampleViews.comparison(report.samples()));
        for (int i = 0; i < report.stages().size(); i++) {
            page.section(id(i), report.stages().get(i).title(), details.get(i));
        }
        page.section("recipe", "Recipe", ReportElements.recipe(report.recipe()))
                .section("machine", "Machine", ReportElements.facts(Environment.with(report.environment())));
        AtomicFiles.writeString(file, page.toString());
    }

    private static Element verdict(PipelineSummary report) {
        List<Expectation> all = report.stages().stream()
                .flatMap(stage -> stage.expectations().stream())
                .toList();
        long missed = all.stream().filter(one -> !one.met()).count();
        if (all.isEmpty()) {
            return Element.of("p", "verdict").text("This recipe has no expectations.");
        }
        return missed == 0
                ? Element.of("p", "verdict")
                        .add(ReportElements.badge("met", "good"))
                        .text(" All " + all.size() + " expectations were met.")
                : Element.of("p", "verdict")
                        .add(ReportElements.badge("missed", "bad"))
                        .text(" " + missed + " of " + all.size() + " expectations were missed.");
    }

    private static Map<String, String> tiles(PipelineSummary report) {
        Map<String, String> tiles = new LinkedHashMap<>();
        double seconds = report.stages().stream()
                .mapToDouble(StageSection::wallSeconds)
                .filter(Double::isFinite)
                .sum();
        tiles.put("stages", Integer.toString(report.stages().size()));
        tiles.put("wall time", Numbers.duration(seconds));
        report.stages().stream()
                .filter(stage -> Double.isFinite(stage.wallSeconds()))
                .max((a, b) -> Double.compare(a.wallSeconds(), b.wallSeconds()))
                .ifPresent(
                        longest -> tiles.put("longest: " + longest.title(), Numbers.duration(longest.wallSeconds())));
        return tiles;
    }

    private static Element outcomes(PipelineSummary report) {
        Element wrapper = Element.of("div");
        report.comparisons().forEach((stage, table) -> {
            Element picture = Outcomes.of(table, report.curves().getOrDefault(stage, List.of()));
            if (!picture.isEmpty()) {
                if (report.comparisons().size() > 1) {
                    wrapper.add("h3", stage);
                }
                wrapper.add(picture);
            }
        });
        return wrapper;
    }

    private static Element comparison(PipelineSummary report) {
        Element wrapper = Element.of("div");
        report.comparisons().forEach((stage, table) -> {
            if (report.comparisons().size() > 1) {
                wrapper.add("h3", stage);
            }
            wrapper.add(comparison(table));
        });
        return wrapper;
    }

    /** Returns a table of the metrics that at least one model has. */
    private static Element comparison(ComparisonTable table) {
        Element head = Element.of("tr").add(ReportElements.column("metric", ""));
        table.columns().forEach(column -> head.add(ReportElements.column(column, "number")));
        Element body = Element.of("tbody");
        table.rows().forEach((metric, values) -> {
            if (values.stream().allMatch(value -> Double.isNaN(value.value()))) {
                return;
            }
            Element row =
                    Element.of("tr").add(Element.of("th").attr("scope", "row").text(metric));
            values.forEach(value -> row.add(ReportElements.interval(metric, value)));
            body.add(row);
        });
        return scrolled(head, body);
    }

    private static Element expectations(PipelineSummary report) {
        Element wrapper = Element.of("div");
        Element body = Element.of("tbody");
        for (StageSection stage : report.stages()) {
            Map<String, Interval> intervals = MetricIntervals.of(stage.metrics());
            for (Expectation one : stage.expectations()) {
                Interval interval = intervals.get(one.metric());
                body.add(Element.of("tr")
                        .add("td", stage.title())
                        .add(Element.of("th").attr("scope", "row").text(one.metric()))
                        .add(Element.of("td", "number").add("code", one.bound()))
                        .add(Element.of("td", "number")
                                .text(
                                        interval != null
                                                ? Numbers.interval(interval)
                                                : Double.isNaN(one.value()) ? "NaN" : Numbers.number(one.value())))
                        .add(Element.of("td")
                                .add(
                                        one.met()
                                                ? ReportElements.badge("met", "good")
                                                : ReportElements.badge("missed", "bad"))));
            }
        }
        Element head = Element.of("tr")
                .add(ReportElements.column("stage", ""), ReportElements.column("metric", ""))
                .add(
                        ReportElements.column("expected", "number"),
                        ReportElements.column("measured", "number"),
                        ReportElements.column("", ""));
        return body.isEmpty() ? wrapper : wrapper.add(scrolled(head, body));
    }

    private static Element stages(PipelineSummary report, List<Element> details, Path file) {
        Element wrapper = Element.of("div");
        double longest = report.stages().stream()
                .mapToDouble(StageSection::wallSeconds)
                .filter(Double::isFinite)
                .max()
                .orElse(1);
        Element body = Element.of("tbody");
        for (int i = 0; i < report.stages().size(); i++) {
            StageSection stage = report.stages().get(i);
            Element name = details.get(i).isEmpty()
                    ? Element.of("span").text(stage.title())
                    : link("#" + id(i), stage.title());
            body.add(Element.of("tr")
                    .add(Element.of("th").attr("scope", "row").add(name))
                    .add(time(stage.wallSeconds(), longest))
                    .add(folder(stage, file)));
        }
        Element head = Element.of("tr")
                .add(
                        ReportElements.column("stage", ""),
                        ReportElements.column("wall time", "number"),
                        ReportElements.column("folder", ""));
        return body.isEmpty() ? wrapper : wrapper.add(scrolled(head, body));
    }

    private static Element time(double seconds, double longest) {
        Element cell = Element.of("td", "number");
        if (Double.isFinite(seconds)) {
            cell.attr("style", "--share:" + Math.round(100 * seconds / longest) + "%")
                    .attr("data-share", "");
        }
        return cell.text(Numbers.duration(seconds));
    }

    private static Element folder(StageSection stage, Path file) {
        Element cell = Element.of("td");
        Path base = file.toAbsolutePath().normalize().getParent();
        if (stage.runDir() == null) {
            return cell;
        }
        cell.add("code", stage.runDir().toString());
        Path own = stage.runDir().toAbsolutePath().normalize().resolve("report.html");
        return base == null || !Files.exists(own)
                ? cell
                : cell.text(" ").add(link(base.relativize(own).toString().replace('\\', '/'), "report"));
    }

    private static Element details(StageSection stage) throws IOException {
        Metrics log = stage.runDir() == null ? Metrics.of() : Metrics.read(stage.runDir());
        Map<String, String> tiles = new LinkedHashMap<>();
        Map<String, Interval> intervals = MetricIntervals.of(stage.metrics());
        stage.metrics().forEach((name, value) -> {
            Interval interval = intervals.get(name);
            if (!MetricIntervals.isPart(name, stage.metrics())) {
                tiles.put(
                        name,
                        ReportElements.value(name, value) + (interval == null ? "" : " " + Numbers.ends(interval)));
            }
        });
        Element all = Element.of("div");
        if (!tiles.isEmpty()) {
            all.add(ReportElements.tiles(tiles));
        }
        if (!log.series().isEmpty()) {
            all.add(ReportElements.health(Health.check(log)), Curves.flat(log));
        }
        return all;
    }

    private static Element scrolled(Element headRow, Element body) {
        return Element.of("div", "scroll")
                .attr("tabindex", "0")
                .add(Element.of("table").add(Element.of("thead").add(headRow), body));
    }

    private static Element link(String target, String text) {
        return Element.of("a").attr("href", target).text(text);
    }

    private static String id(int stage) {
        return "stage-" + (stage + 1);
    }
}

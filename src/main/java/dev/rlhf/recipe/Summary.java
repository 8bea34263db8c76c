package dev.rlhf.recipe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Interval;
import dev.rlhf.base.Json;
import dev.rlhf.report.console.Numbers;
import dev.rlhf.report.console.Table;
import dev.rlhf.report.log.MetricIntervals;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a run ends with, for people as a table and for programs as JSON. */
final class Summary {
    private Summary() {}

    /** A row for each figure: stage, wall time, figure, value, interval if it has one, and what was expected of it. */
    static Table table(List<StageOutcome> stages) {
        Table table = new Table("stage", "time", "figure", "value", "95 % interval", "expected", "");
        for (StageOutcome stage : stages) {
            Map<String, Expectations.Check> checks = new HashMap<>();
            stage.checks().forEach(check -> checks.put(check.figure(), check));
            Map<String, Double> figures = new LinkedHashMap<>(stage.figures());
            stage.checks().forEach(check -> figures.putIfAbsent(check.figure(), Double.NaN));
            Map<String, Interval> intervals = MetricIntervals.of(figures);
            String name = stage.name();
            String time = Numbers.duration(stage.seconds()) + (stage.skipped() ? " before" : "");
            if (figures.isEmpty()) {
                table.row(name, time, "", null, "", "", "");
            }
            for (Map.Entry<String, Double> figure : figures.entrySet()) {
                Expectations.Check check = checks.get(figure.getKey());
                if (check == null && MetricIntervals.isPart(figure.getKey(), figures)) {
                    continue;
                }
                Interval interval = intervals.get(figure.getKey());
                Double value = figure.getValue().isNaN() ? null : figure.getValue();
                String bound = check == null ? "" : check.bound().text();
                String met = check == null ? "" : verdict(check, stage.figures());
                String ends = interval == null ? "" : Numbers.ends(interval);
                table.row(name, time, figure.getKey(), value, ends, bound, met);
                name = "";
                time = "";
            }
        }
        return table;
    }

    /** A metric without a value says why there is none. */
    private static String verdict(Expectations.Check check, Map<String, Double> figures) {
        if (check.met()) {
            return "met";
        }
        if (!figures.containsKey(check.figure())) {
            return "MISSED: not measured";
        }
        return Double.isNaN(check.value()) ? "MISSED: NaN" : "MISSED";
    }

    static ObjectNode json(Recipe recipe, List<StageOutcome> stages, Versions versions) {
        ObjectNode json = Json.mapper().createObjectNode();
        recipe.source().ifPresent(file -> json.put("recipe", file.toString()));
        versions.values().forEach((program, version) -> json.put(program, version.toString()));
        json.put("seconds", stages.stream().mapToDouble(StageOutcome::seconds).sum());
        json.put("expectations_met", stages.stream().allMatch(StageOutcome::met));
        ArrayNode list = json.putArray("stages");
        for (StageOutcome stage : stages) {
            ObjectNode item = list.addObject();
            item.put("name", stage.name());
            item.put("stage", stage.stage());
            stage.outputDir().ifPresent(folder -> item.put("output_dir", folder.toString()));
            item.put("skipped", stage.skipped());
            item.put("seconds", stage.seconds());
            ObjectNode figures = item.putObject("figures");
            stage.figures().forEach((figure, value) -> RunFolder.putFinite(figures, figure, value));
            ObjectNode expectations = item.putObject("expect");
            for (Expectations.Check check : stage.checks()) {
                ObjectNode expected = expectations.putObject(check.figure());
                expected.put("bound", check.bound().text());
                RunFolder.putFinite(expected, "value", check.value());
                expected.put("met", check.met());
            }
        }
        return json;
    }
}

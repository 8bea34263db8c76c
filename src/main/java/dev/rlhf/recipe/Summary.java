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

/** The summary of a run, as a table for people and as JSON for programs. */
final class Summary {
    private Summary() {}

    /**
     * Returns a table with a row per metric: stage, wall time, metric, value, interval if it has one, expected bound.
     */
    static Table table(List<StageOutcome> stages) {
        Table table = new Table("stage", "time", "metric", "value", "95 % interval", "expected", "");
        for (StageOutcome stage : stages) {
            Map<String, Expectations.Check> checks = new HashMap<>();
            stage.checks().forEach(check -> checks.put(check.metric(), check));
            Map<String, Double> metrics = new LinkedHashMap<>(stage.metrics());
            stage.checks().forEach(check -> metrics.putIfAbsent(check.metric(), Double.NaN));
            Map<String, Interval> intervals = MetricIntervals.of(metrics);
            String name = stage.name();
            String time = Numbers.duration(stage.seconds()) + (stage.skipped() ? " before" : "");
            if (metrics.isEmpty()) {
                table.row(name, time, "", null, "", "", "");
            }
            for (Map.Entry<String, Double> metric : metrics.entrySet()) {
                Expectations.Check check = checks.get(metric.getKey());
                if (check == null && MetricIntervals.isPart(metric.getKey(), metrics)) {
                    continue;
                }
                Interval interval = intervals.get(metric.getKey());
                Double value = metric.getValue().isNaN() ? null : metric.getValue();
                String bound = check == null ? "" : check.bound().text();
                String met = check == null ? "" : verdict(check, stage.metrics());
                String ends = interval == null ? "" : Numbers.ends(interval);
                table.row(name, time, metric.getKey(), value, ends, bound, met);
                name = "";
                time = "";
            }
        }
        return table;
    }

    /** Says whether the bound was met and, for a metric without a value, why there is none. */
    private static String verdict(Expectations.Check check, Map<String, Double> metrics) {
        if (check.met()) {
            return "met";
        }
        if (!metrics.containsKey(check.metric())) {
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
            ObjectNode metrics = item.putObject("metrics");
            stage.metrics().forEach((metric, value) -> Json.putFinite(metrics, metric, value));
            ObjectNode expectations = item.putObject("expect");
            for (Expectations.Check check : stage.checks()) {
                ObjectNode expected = expectations.putObject(check.metric());
                expected.put("bound", check.bound().text());
                Json.putFinite(expected, "value", check.value());
                expected.put("met", check.met());
            }
        }
        return json;
    }
}

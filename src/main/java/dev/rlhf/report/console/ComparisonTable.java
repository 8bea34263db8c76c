package dev.rlhf.report.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Interval;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A table that compares several models by the same metrics.
 * @param columns the names of the models, in the order of training
 * @param rows for each metric, its value and interval in each column
 */
public record ComparisonTable(List<String> columns, Map<String, List<Interval>> rows) {
    /** Checks that each row has one value per column. */
    public ComparisonTable {
        columns = List.copyOf(columns);
        rows = new LinkedHashMap<>(rows);
        for (Map.Entry<String, List<Interval>> row : rows.entrySet()) {
            if (row.getValue().size() != columns.size()) {
                throw new IllegalArgumentException("%s: %d values for %d columns"
                        .formatted(row.getKey(), row.getValue().size(), columns.size()));
            }
        }
    }

    /**
     * Reads {@code {"columns": ["base", "sft"], "rows": {"answered": [0.1, null]}, "intervals": {"answered": [{"low":
     * 0.05, "high": 0.2, "n": 80}, {"n": 0}]}}}; {@code intervals} may be missing.
     *
     * @throws InputException if the file has another form
     */
    public static ComparisonTable read(Path file) throws IOException {
        JsonNode root = parse(file);
        List<String> columns = new ArrayList<>();
        root.path("columns").forEach(column -> columns.add(column.asText()));
        Map<String, List<Interval>> rows = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> row : root.path("rows").properties()) {
            JsonNode intervals = root.path("intervals").path(row.getKey());
            List<Interval> values = new ArrayList<>();
            for (JsonNode value : row.getValue()) {
                JsonNode interval = intervals.path(values.size());
                values.add(new Interval(
                        value.asDouble(Double.NaN),
                        interval.path("low").asDouble(Double.NaN),
                        interval.path("high").asDouble(Double.NaN),
                        interval.path("n").asLong()));
            }
            rows.put(row.getKey(), values);
        }
        try {
            return new ComparisonTable(columns, rows);
        } catch (IllegalArgumentException e) {
            throw new InputException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns the table in the form that {@link #read} reads. NaN, which JSON lacks, becomes null and means "not
     * measured"; an interval without ends has only n.
     */
    public ObjectNode toJson() {
        ObjectNode json = Json.mapper().createObjectNode();
        ArrayNode names = json.putArray("columns");
        columns.forEach(names::add);
        ObjectNode values = json.putObject("rows");
        ObjectNode intervals = json.putObject("intervals");
        rows.forEach((metric, row) -> {
            ArrayNode value = values.putArray(metric);
            ArrayNode interval = intervals.putArray(metric);
            for (Interval one : row) {
                if (Double.isFinite(one.value())) {
                    value.add(one.value());
                } else {
                    value.addNull();
                }
                ObjectNode ends = interval.addObject();
                if (one.hasEnds()) {
                    ends.put("low", one.low()).put("high", one.high());
                }
                ends.put("n", one.n());
            }
        });
        return json;
    }

    private static JsonNode parse(Path file) throws IOException {
        try {
            return Json.mapper().readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new InputException(file + ": not JSON: " + Json.reason(e), e);
        }
    }

    /** Returns a table for the console: a column per model, each value followed by its interval and count. */
    public Table toTable() {
        List<String> titles = new ArrayList<>(List.of("metric"));
        titles.addAll(columns);
        Table table = new Table(titles);
        rows.forEach((metric, values) -> {
            List<Object> cells = new ArrayList<>(List.of(metric));
            values.forEach(
                    value -> cells.add(value.n() == 0 ? Numbers.number(value.value()) : Numbers.interval(value)));
            table.row(cells);
        });
        return table;
    }
}

package dev.rlhf.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The same figures of several models side by side.
 *
 * @param columns the models, in the order in which they came to be
 * @param rows a figure's name and its value for each column; NaN where it was not measured
 */
public record ComparisonTable(List<String> columns, Map<String, List<Double>> rows) {
    /** Checks that each row has one value a column. */
    public ComparisonTable {
        columns = List.copyOf(columns);
        rows = new LinkedHashMap<>(rows);
        for (Map.Entry<String, List<Double>> row : rows.entrySet()) {
            if (row.getValue().size() != columns.size()) {
                throw new IllegalArgumentException("%s: %d values for %d columns"
                        .formatted(row.getKey(), row.getValue().size(), columns.size()));
            }
        }
    }

    /**
     * Reads {@code {"columns": ["base", "sft"], "rows": {"answered": [0.1, null]}}}.
     *
     * @throws InputException if it is something else
     */
    public static ComparisonTable read(Path file) throws IOException {
        JsonNode root = parse(file);
        List<String> columns = new ArrayList<>();
        root.path("columns").forEach(column -> columns.add(column.asText()));
        Map<String, List<Double>> rows = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> row : root.path("rows").properties()) {
            List<Double> values = new ArrayList<>();
            row.getValue().forEach(value -> values.add(value.asDouble(Double.NaN)));
            rows.put(row.getKey(), values);
        }
        try {
            return new ComparisonTable(columns, rows);
        } catch (IllegalArgumentException e) {
            throw new InputException(file + ": " + e.getMessage(), e);
        }
    }

    private static JsonNode parse(Path file) throws IOException {
        try {
            return Json.mapper().readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new InputException(file + ": not JSON: " + Json.reason(e), e);
        }
    }

    /** For the console: one column a model. */
    public Table toTable() {
        List<String> titles = new ArrayList<>(List.of("figure"));
        titles.addAll(columns);
        Table table = new Table(titles);
        rows.forEach((figure, values) -> {
            List<Object> cells = new ArrayList<>(List.of(figure));
            cells.addAll(values);
            table.row(cells);
        });
        return table;
    }
}

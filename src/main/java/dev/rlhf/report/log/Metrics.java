package dev.rlhf.report.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The content of a run's metrics.jsonl: one series per metric, in the order of their first appearance. Immutable. */
public record Metrics(List<Series> series) {
    public Metrics {
        series = List.copyOf(series);
    }

    public static Metrics of(Series... series) {
        return new Metrics(List.of(series));
    }

    /**
     * Reads {@code runDir/metrics.jsonl}; no series if the file does not exist. An incomplete last line is ignored.
     *
     * @throws InputException if another line is not an object with a step
     */
    public static Metrics read(Path runDir) throws IOException {
        Path file = runDir.resolve(RunLog.METRICS);
        Map<String, List<Series.Point>> points = new LinkedHashMap<>();
        String[] lines = text(file).split("\n", -1);
        for (int i = 0; i < lines.length - 1; i++) {
            JsonNode row = parse(file, i + 1, lines[i]);
            long step = row.path("step").asLong();
            row.properties().stream()
                    .filter(field -> !field.getKey().equals("step"))
                    .forEach(field -> points.computeIfAbsent(field.getKey(), name -> new ArrayList<>())
                            .add(new Series.Point(step, field.getValue().asDouble(Double.NaN))));
        }
        return new Metrics(points.entrySet().stream()
                .map(entry -> new Series(entry.getKey(), entry.getValue()))
                .toList());
    }

    public Optional<Series> find(String name) {
        return series.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static JsonNode parse(Path file, int line, String text) {
        try {
            JsonNode row = Json.mapper().readTree(text);
            if (row.path("step").isIntegralNumber()) {
                return row;
            }
        } catch (JsonProcessingException e) {
            throw InputException.at(file, line, "not JSON: " + Json.reason(e));
        }
        throw InputException.at(file, line, "a metrics row needs a whole number \"step\"");
    }
}

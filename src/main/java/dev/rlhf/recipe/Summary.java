package dev.rlhf.recipe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a run ends with, for people as a table and for programs as JSON. */
final class Summary {
    private Summary() {}

    /** A row for each figure: stage, wall time, figure, value, and what was expected of it. */
    static String table(List<StageOutcome> stages) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("stage", "time", "figure", "value", "expected", ""));
        for (StageOutcome stage : stages) {
            Map<String, Expectations.Check> checks = new HashMap<>();
            stage.checks().forEach(check -> checks.put(check.figure(), check));
            Map<String, Double> figures = new LinkedHashMap<>(stage.figures());
            stage.checks().forEach(check -> figures.putIfAbsent(check.figure(), Double.NaN));
            String name = stage.name();
            String time = time(stage.seconds()) + (stage.skipped() ? " (before)" : "");
            if (figures.isEmpty()) {
                rows.add(List.of(name, time, "", "", "", ""));
            }
            for (Map.Entry<String, Double> figure : figures.entrySet()) {
                Expectations.Check check = checks.get(figure.getKey());
                rows.add(List.of(
                        name,
                        time,
                        figure.getKey(),
                        value(figure.getValue()),
                        check == null ? "" : check.bound().text(),
                        check == null ? "" : check.met() ? "met" : "MISSED"));
                name = "";
                time = "";
            }
        }
        return layOut(rows);
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

    private static String layOut(List<List<String>> rows) {
        int[] widths = new int[rows.getFirst().size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        StringBuilder out = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                boolean number = i == 1 || i == 3;
                String format = "%" + (number ? "" : "-") + Math.max(1, widths[i]) + "s  ";
                line.append(format.formatted(row.get(i)));
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }

    /** Four significant digits; whole numbers, and all from 1,000 on, without a fraction. */
    static String value(double value) {
        if (Double.isNaN(value)) {
            return "not measured";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e9) {
            return Long.toString((long) value);
        }
        if (Math.abs(value) >= 1000 && Math.abs(value) < 1e9) {
            return Long.toString(Math.round(value));
        }
        boolean small = Math.abs(value) < 1e-3 || Math.abs(value) >= 1e9;
        return small
                ? String.format(Locale.ROOT, "%.3e", value)
                : new BigDecimal(value)
                        .round(new MathContext(4))
                        .stripTrailingZeros()
                        .toPlainString();
    }

    static String time(double seconds) {
        if (seconds < 100) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 3600
                ? "%d min %02d s".formatted(whole / 60, whole % 60)
                : "%d h %02d min".formatted(whole / 3600, whole % 3600 / 60);
    }
}

package dev.rlhf.report.html;

import dev.rlhf.base.Interval;
import dev.rlhf.report.console.ComparisonTable;
import dev.rlhf.report.console.Numbers;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the table of a knowledge evaluation, with a row per model: its truthfulness, its made-up answers, which should
 * become fewer (the gain), and its refusals of known questions, which should not become more (the cost). For several
 * variants of a model, this is the ablation table. Pure functions.
 */
final class GainAndCost {
    private static final String REFUSAL_RECALL = "refusal_recall/";

    private record Column(String title, String metric, List<Interval> values) {}

    /** Columns under a common heading. */
    private record Group(String title, List<Column> columns) {
        Group(String title) {
            this(title, new ArrayList<>());
        }

        /** Adds a metric that at least one model has. */
        void add(ComparisonTable table, String metric, String title) {
            List<Interval> values = table.rows().getOrDefault(metric, List.of());
            if (values.stream().anyMatch(value -> Double.isFinite(value.value()))) {
                columns.add(new Column(title, metric, values));
            }
        }
    }

    private GainAndCost() {}

    /** Returns the table; an empty element without metrics of known and unknown questions. */
    static Element of(ComparisonTable table) {
        Element wrapper = Element.of("div");
        Group gain = gain(table);
        Group cost = cost(table);
        if (gain.columns().isEmpty() || cost.columns().isEmpty()) {
            return wrapper;
        }
        List<Group> groups = new ArrayList<>(List.of(overall(table), gain, cost));
        groups.removeIf(group -> group.columns().isEmpty());
        Element top = Element.of("tr").add(ReportElements.column("", ""));
        Element titles = Element.of("tr").add(ReportElements.column("model", ""));
        for (Group group : groups) {
            top.add(Element.of("th", "group")
                    .attr("scope", "colgroup")
                    .attr("colspan", Integer.toString(group.columns().size()))
                    .text(group.title()));
            group.columns().forEach(column -> titles.add(head(column)));
        }
        Element body = Element.of("tbody");
        for (int i = 0; i < table.columns().size(); i++) {
            body.add(row(table.columns().get(i), groups, i));
        }
        return wrapper.add("h3", "Gain and cost")
                .add(Element.of("div", "scroll")
                        .add(Element.of("table", "compact")
                                .add(Element.of("thead").add(top, titles), body)));
    }

    private static Group overall(ComparisonTable table) {
        Group group = new Group("all questions");
        group.add(table, "truthfulness", "truthful");
        group.add(table, "truthfulness_gain", "gain over the reference");
        group.add(table, "new_wording/truthfulness", "in new wordings");
        return group;
    }

    private static Group gain(ComparisonTable table) {
        Group group = new Group("gain: unknown questions");
        group.add(table, "hallucination_rate", "made up");
        for (String metric : table.rows().keySet()) {
            if (metric.startsWith(REFUSAL_RECALL)) {
                String kind = metric.substring(REFUSAL_RECALL.length()).replace('_', ' ');
                group.add(table, metric, kind + ", refused");
            }
        }
        return group;
    }

    private static Group cost(ComparisonTable table) {
        Group group = new Group("cost: known questions");
        group.add(table, "known_accuracy", "right");
        group.add(table, "over_refusal", "refused");
        group.add(table, "new_wording/over_refusal", "refused in new wordings");
        group.add(table, "unrelated_refused", "other tasks, refused");
        return group;
    }

    /** Returns the title of a column with its number of questions, which all models share. */
    private static Element head(Column column) {
        long n = column.values().stream().mapToLong(Interval::n).max().orElse(0);
        return ReportElements.column(column.title(), "number")
                .add(Element.of("small").text("n=" + n));
    }

    private static Element row(String model, List<Group> groups, int index) {
        Element row = Element.of("tr").add(Element.of("th").attr("scope", "row").text(model));
        for (Group group : groups) {
            for (Column column : group.columns()) {
                Interval value = column.values().get(index);
                Element cell = ReportElements.number(column.metric(), value.value());
                row.add(value.n() == 0 ? cell : cell.add(Element.of("small").text(Numbers.range(value))));
            }
        }
        return row;
    }
}

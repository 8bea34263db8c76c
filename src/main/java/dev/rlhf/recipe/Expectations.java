package dev.rlhf.recipe;

import dev.rlhf.recipe.yaml.Node;
import dev.rlhf.recipe.yaml.Problems;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The bounds that a recipe sets on a stage's final metrics ({@code expect:}).
 *
 * @param bounds by metric, in the order written
 */
public record Expectations(Map<String, Bound> bounds) {
    /**
     * A bound and the value it was checked against.
     *
     * @param value NaN if the stage did not measure the metric
     */
    public record Check(String metric, Bound bound, double value, boolean met) {}

    public Expectations {
        bounds = new LinkedHashMap<>(bounds);
    }

    public static Expectations none() {
        return new Expectations(Map.of());
    }

    /** Returns a check for each bound, in their order. A metric that is missing or NaN does not meet its bound. */
    public List<Check> check(Map<String, Double> metrics) {
        return bounds.entrySet().stream()
                .map(expected -> {
                    double value = metrics.getOrDefault(expected.getKey(), Double.NaN);
                    return new Check(
                            expected.getKey(),
                            expected.getValue(),
                            value,
                            expected.getValue().isMetBy(value));
                })
                .toList();
    }

    /** @param problem returns why the stage never has a metric of this name; empty if it can have it */
    static Expectations read(Node node, Function<String, Optional<String>> problem, Problems problems) {
        if (!(node instanceof Node.Fields written)) {
            problems.add(node.place(), "expect", "must be \"metric: bound\" lines, not " + node.describe());
            return none();
        }
        Map<String, Bound> bounds = new LinkedHashMap<>();
        written.fields().forEach((metric, field) -> {
            problem.apply(metric).ifPresent(why -> problems.add(field.place(), "expect." + metric, why));
            String text = field.value() instanceof Node.Scalar scalar
                    ? scalar.text()
                    : field.value().describe();
            Bound.parse(text)
                    .ifPresentOrElse(
                            bound -> bounds.put(metric, bound),
                            () -> problems.add(
                                    field.place(),
                                    "expect." + metric,
                                    "\"" + text + "\" is not a bound; write " + Bound.FORMS));
        });
        return new Expectations(bounds);
    }
}

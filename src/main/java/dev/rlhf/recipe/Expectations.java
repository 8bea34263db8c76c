package dev.rlhf.recipe;

import dev.rlhf.recipe.yaml.Node;
import dev.rlhf.recipe.yaml.Problems;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a recipe promises of the figures its stage ends with ({@code expect:}).
 *
 * @param bounds by figure, in the order written
 */
public record Expectations(Map<String, Bound> bounds) {
    /**
     * One promise and what came of it.
     *
     * @param value NaN if the stage did not measure the figure
     */
    public record Check(String figure, Bound bound, double value, boolean met) {}

    public Expectations {
        bounds = new LinkedHashMap<>(bounds);
    }

    public static Expectations none() {
        return new Expectations(Map.of());
    }

    /** A check for each bound, in their order. A figure that is missing or NaN is a miss. */
    public List<Check> check(Map<String, Double> figures) {
        return bounds.entrySet().stream()
                .map(expected -> {
                    double value = figures.getOrDefault(expected.getKey(), Double.NaN);
                    return new Check(
                            expected.getKey(),
                            expected.getValue(),
                            value,
                            expected.getValue().isMetBy(value));
                })
                .toList();
    }

    static Expectations read(Node node, Problems problems) {
        if (!(node instanceof Node.Fields written)) {
            problems.add(node.place(), "expect", "must be \"figure: bound\" lines, not " + node.describe());
            return none();
        }
        Map<String, Bound> bounds = new LinkedHashMap<>();
        written.fields().forEach((figure, field) -> {
            String text = field.value() instanceof Node.Scalar scalar
                    ? scalar.text()
                    : field.value().describe();
            Bound.parse(text)
                    .ifPresentOrElse(
                            bound -> bounds.put(figure, bound),
                            () -> problems.add(
                                    field.place(),
                                    "expect." + figure,
                                    "\"" + text + "\" is no bound; write " + Bound.FORMS));
        });
        return new Expectations(bounds);
    }
}

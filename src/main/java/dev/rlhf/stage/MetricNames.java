package dev.rlhf.stage;

import dev.rlhf.base.DidYouMean;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The names that a stage's final metrics can have. A name that ends in {@code /*} stands for all that differ from it
 * only after the slash, such as {@code truthfulness/*} for a value of {@code meta.kind}. Immutable.
 *
 * @param needs by name, in the order to list them, what must be given for the metric to be measured; empty if it is
 *     measured with these options
 */
public record MetricNames(Map<String, String> needs) {
    private static final String ANY = "/*";
    private static final int LISTED = 16;

    public MetricNames {
        needs = new LinkedHashMap<>(needs);
    }

    public static MetricNames of(String... names) {
        return new MetricNames(Map.of()).and(names);
    }

    /** Returns these names and others that are always measured. */
    public MetricNames and(String... names) {
        return when(true, "", names);
    }

    /**
     * Returns these names and others that are measured only if something is given.
     *
     * @param what names it, for messages
     */
    public MetricNames when(boolean given, String what, String... names) {
        return put(Arrays.asList(names), given ? "" : what);
    }

    /** Returns these names and those of {@code others}. */
    public MetricNames with(MetricNames others) {
        Map<String, String> all = new LinkedHashMap<>(needs);
        all.putAll(others.needs);
        return new MetricNames(all);
    }

    /** Returns these names, which are measured only if something is given. */
    public MetricNames onlyIf(boolean given, String what) {
        return given ? this : new MetricNames(Map.of()).put(List.copyOf(needs.keySet()), what);
    }

    /** Returns these names, each after {@code prefix}. */
    public MetricNames prefixed(String prefix) {
        Map<String, String> all = new LinkedHashMap<>();
        needs.forEach((name, need) -> all.put(prefix + name, need));
        return new MetricNames(all);
    }

    /** Returns these names, each also with every one of the {@code suffixes}. */
    public MetricNames suffixed(List<String> suffixes) {
        Map<String, String> all = new LinkedHashMap<>(needs);
        suffixes.forEach(suffix -> needs.forEach((name, need) -> all.put(name + suffix, need)));
        return new MetricNames(all);
    }

    private MetricNames put(List<String> names, String need) {
        Map<String, String> all = new LinkedHashMap<>(needs);
        names.forEach(name -> all.put(name, need));
        return new MetricNames(all);
    }

    /** Returns whether a stage with these options can have such a metric. */
    public boolean includes(String metric) {
        return matching(metric).anyMatch(String::isEmpty);
    }

    /**
     * Returns why a stage with these options never has such a metric, and what was meant or must be given; empty if it
     * can have it.
     *
     * @param stage the stage's kind, for the message
     */
    public Optional<String> problem(String metric, String stage) {
        if (includes(metric)) {
            return Optional.empty();
        }
        Optional<String> need = matching(metric).findFirst();
        if (need.isPresent()) {
            return Optional.of("%s measures this only with %s".formatted(stage, need.get()));
        }
        List<String> measured = needs.entrySet().stream()
                .filter(entry -> entry.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        String meant = measured.stream()
                .filter(name -> name.endsWith("/" + metric))
                .findFirst()
                .or(() -> DidYouMean.nearest(metric, candidates(measured, metric)))
                .or(() -> DidYouMean.nearest(metric, candidates(List.copyOf(needs.keySet()), metric)))
                .map("; did you mean %s?"::formatted)
                .orElseGet(() -> list(measured));
        return Optional.of("not one of " + stage + "'s final metrics" + meant);
    }

    private Stream<String> matching(String metric) {
        return needs.entrySet().stream()
                .filter(entry -> matches(entry.getKey(), metric))
                .map(Map.Entry::getValue);
    }

    private static boolean matches(String name, String metric) {
        if (!name.endsWith(ANY)) {
            return name.equals(metric);
        }
        String start = name.substring(0, name.length() - 1);
        return metric.startsWith(start) && metric.length() > start.length();
    }

    /** Returns names that may have been meant; those for any ending get that of the {@code metric}. */
    private static List<String> candidates(List<String> names, String metric) {
        return names.stream()
                .flatMap(name -> name.endsWith(ANY) ? completed(name, metric).stream() : Stream.of(name))
                .toList();
    }

    private static Optional<String> completed(String name, String metric) {
        String[] parts = name.split("/", -1);
        String[] given = metric.split("/", parts.length);
        return given.length < parts.length
                ? Optional.empty()
                : Optional.of(name.substring(0, name.length() - 1) + given[parts.length - 1]);
    }

    private static String list(List<String> names) {
        if (names.isEmpty()) {
            return "; it has none";
        }
        String more = names.size() > LISTED ? ", and more (docs/reference/metrics.md)" : "";
        return ", which are " + String.join(", ", names.subList(0, Math.min(LISTED, names.size()))) + more;
    }
}

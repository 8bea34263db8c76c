package dev.rlhf.label.store;

import dev.rlhf.label.LabelKind;
import dev.rlhf.label.agreement.Item;
import dev.rlhf.label.agreement.LabelerAgreement;
import dev.rlhf.label.agreement.PairwiseAgreement;
import dev.rlhf.label.agreement.PositionBias;
import dev.rlhf.label.api.GoldScore;
import dev.rlhf.label.api.LabelerStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Computes statistics of each labeler from labels. */
final class LabelerMetrics {
    private LabelerMetrics() {}

    /**
     * Returns the statistics by name.
     *
     * @param opinions ranks of a reward model, by task
     */
    static List<LabelerStatus> of(List<LatestLabel> labels, Map<Long, List<Integer>> opinions) {
        Map<String, LabelerAgreement> agreement = LabelerAgreement.of(items(labels)).stream()
                .collect(Collectors.toMap(LabelerAgreement::labeler, Function.identity()));
        TreeMap<String, List<LatestLabel>> own =
                labels.stream().collect(Collectors.groupingBy(LatestLabel::labeler, TreeMap::new, Collectors.toList()));
        return own.entrySet().stream()
                .map(entry -> of(
                        entry.getKey(),
                        entry.getValue(),
                        agreement.getOrDefault(
                                entry.getKey(),
                                new LabelerAgreement(
                                        entry.getKey(), 0, PairwiseAgreement.NONE, OptionalDouble.empty())),
                        opinions))
                .toList();
    }

    /** Returns the rankings of tasks that are not gold, by task. */
    static List<Item> items(List<LatestLabel> labels) {
        Map<Long, Map<String, List<Integer>>> byTask = new LinkedHashMap<>();
        for (LatestLabel label : labels) {
            if (label.plain()) {
                byTask.computeIfAbsent(label.task(), _ -> new LinkedHashMap<>())
                        .put(label.labeler(), Objects.requireNonNull(label.ranks()));
            }
        }
        List<Item> items = new ArrayList<>();
        byTask.forEach((task, ranks) -> items.add(new Item(String.valueOf(task), ranks)));
        return items;
    }

    private static LabelerStatus of(
            String name, List<LatestLabel> labels, LabelerAgreement agreement, Map<Long, List<Integer>> opinions) {
        GoldScore gold = GoldScore.NONE;
        for (LatestLabel label : labels) {
            if (label.ranks() != null && label.gold() != null) {
                gold = gold.plus(label.ranks(), label.gold());
            }
        }
        return new LabelerStatus(
                name,
                labels.getFirst().labelerKind(),
                (int) labels.stream().filter(LatestLabel::plain).count(),
                count(labels, LabelKind.VERDICT),
                count(labels, LabelKind.SKIP),
                count(labels, LabelKind.CANNOT_JUDGE),
                median(labels.stream()
                        .filter(label -> label.kind().takesPlace())
                        .map(LatestLabel::seconds)
                        .filter(Objects::nonNull)
                        .sorted()
                        .toList()),
                labels.stream()
                        .map(LatestLabel::seconds)
                        .filter(Objects::nonNull)
                        .mapToDouble(Double::doubleValue)
                        .sum(),
                PositionBias.of(labels.stream()
                        .map(LatestLabel::shown)
                        .filter(Objects::nonNull)
                        .toList()),
                gold,
                agreement,
                opinion(labels, opinions));
    }

    private static GoldScore opinion(List<LatestLabel> labels, Map<Long, List<Integer>> opinions) {
        GoldScore score = GoldScore.NONE;
        for (LatestLabel label : labels) {
            List<Integer> opinion = opinions.get(label.task());
            if (label.ranks() != null && label.plain() && opinion != null) {
                score = score.plus(label.ranks(), opinion);
            }
        }
        return score;
    }

    private static int count(List<LatestLabel> labels, LabelKind kind) {
        return (int) labels.stream().filter(label -> label.kind() == kind).count();
    }

    private static double median(List<Double> sorted) {
        int count = sorted.size();
        return count == 0 ? Double.NaN : (sorted.get((count - 1) / 2) + sorted.get(count / 2)) / 2;
    }
}

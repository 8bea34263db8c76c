package dev.rlhf.label.agreement;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The agreement of one labeler with the others: on every task that somebody else also ranked, with the common order
 * ({@link Tideman}) of the others.
 *
 * @param tasks number of tasks compared
 * @param pairs agreement with the common order on pairs of completions
 * @param tauB mean tau-b over the tasks that have one
 */
public record LabelerAgreement(String labeler, int tasks, PairwiseAgreement pairs, OptionalDouble tauB) {
    /** Returns all labelers by name; one who shares no task with anybody has 0 tasks. */
    public static List<LabelerAgreement> of(List<Item> items) {
        TreeMap<String, List<Item>> own = new TreeMap<>();
        for (Item item : items) {
            item.ranks()
                    .keySet()
                    .forEach(labeler ->
                            own.computeIfAbsent(labeler, _ -> new ArrayList<>()).add(item));
        }
        return own.entrySet().stream()
                .map(entry -> of(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static LabelerAgreement of(String labeler, List<Item> items) {
        PairwiseAgreement pairs = PairwiseAgreement.NONE;
        List<Double> taus = new ArrayList<>();
        int tasks = 0;
        for (Item item : items) {
            List<List<Integer>> others =
                    List.copyOf(item.without(labeler).ranks().values());
            List<Integer> ranks = item.ranks().get(labeler);
            if (ranks == null || others.isEmpty()) {
                continue;
            }
            List<Integer> common = Tideman.order(others);
            pairs = pairs.plus(PairwiseAgreement.between(ranks, common));
            Kendall.tauB(ranks, common).ifPresent(taus::add);
            tasks++;
        }
        return new LabelerAgreement(
                labeler,
                tasks,
                pairs,
                taus.stream().mapToDouble(Double::doubleValue).average());
    }
}

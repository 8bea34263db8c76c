package dev.rlhf.label.agreement;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * One labeler against the others: on every task that somebody else has ranked too, against the others' common order
 * ({@link Tideman}), which the labeler has no part in.
 *
 * @param tasks compared
 * @param pairs against the common order, over pairs of completions
 * @param tauB mean over tasks that have one
 */
public record LabelerAgreement(String labeler, int tasks, PairwiseAgreement pairs, OptionalDouble tauB) {
    /** By name; labelers without a task in common with anybody are there with 0 tasks. */
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

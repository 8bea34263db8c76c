package dev.rlhf.refusal;

import dev.rlhf.data.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The ranking rule of a simulated labeler, with a given error rate. Used when no people rank.
 *
 * <p>A correct answer ranks before a refusal, and a refusal before a wrong answer; shorter answers come first within a
 * verdict; the same verdict and number of words tie. (If no answer can be correct, refusals come before wrong answers.)
 * Errors: going down the ranking, each two adjacent places are swapped with probability {@code errorRate}; a place that
 * was swapped is not swapped again. Ties move together. Random draws depend only on seed, labeler, task and place.
 * Immutable and thread-safe.
 * @param errorRate probability that two adjacent places are swapped, 0…1
 */
public record SimulatedRanking(double errorRate, long seed) {
    /** A completion with its verdict. */
    public record Graded(String text, Verdict verdict) {
        int words() {
            String trimmed = text.strip();
            return trimmed.isEmpty() ? 0 : trimmed.split("\\s+").length;
        }
    }

    private static final Comparator<Graded> BETTER_FIRST =
            Comparator.comparing(Graded::verdict).thenComparingInt(Graded::words);

    public SimulatedRanking {
        if (!(errorRate >= 0 && errorRate <= 1)) {
            throw new IllegalArgumentException("errorRate must lie in 0…1: " + errorRate);
        }
    }

    /**
     * Returns the ranks by the rule alone: 1 is best, ties share a rank and the next is skipped, as in [1, 2, 2, 4].
     */
    public static List<Integer> errorFree(List<Graded> completions) {
        return ranks(places(completions), completions.size());
    }

    /** Returns the ranks that a labeler gives to a task, with errors. */
    public List<Integer> ranks(String labeler, String task, List<Graded> completions) {
        return withErrors(labeler, task, places(completions), completions.size());
    }

    /**
     * Returns the ranks that a labeler gives to completions with these grades, with errors: higher grades first, equal
     * ones tie.
     */
    public List<Integer> ranks(String labeler, String task, double[] grades) {
        List<Double> boxed = Arrays.stream(grades).boxed().toList();
        return withErrors(labeler, task, places(boxed, Comparator.reverseOrder()), grades.length);
    }

    private List<Integer> withErrors(String labeler, String task, List<List<Integer>> places, int completions) {
        for (int i = 0; i + 1 < places.size(); i++) {
            if (Draw.uniform(seed, i, labeler, task) < errorRate) {
                places.add(i + 1, places.remove(i));
                i++;
            }
        }
        return ranks(places, completions);
    }

    /** Returns the indices of the completions by place, best first; ties share a place. */
    private static List<List<Integer>> places(List<Graded> completions) {
        return places(completions, BETTER_FIRST);
    }

    private static <T> List<List<Integer>> places(List<T> completions, Comparator<T> betterFirst) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < completions.size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparing(completions::get, betterFirst));
        List<List<Integer>> places = new ArrayList<>();
        for (int i = 0; i < order.size(); i++) {
            boolean tied =
                    i > 0 && betterFirst.compare(completions.get(order.get(i - 1)), completions.get(order.get(i))) == 0;
            if (!tied) {
                places.add(new ArrayList<>());
            }
            places.getLast().add(order.get(i));
        }
        return places;
    }

    private static List<Integer> ranks(List<List<Integer>> places, int completions) {
        Integer[] ranks = new Integer[completions];
        int rank = 1;
        for (List<Integer> place : places) {
            for (int index : place) {
                ranks[index] = rank;
            }
            rank += place.size();
        }
        return List.of(ranks);
    }
}

package dev.rlhf.label;

import java.util.List;

/**
 * Competition ranks: the best is 1, ties share a rank, and a rank is one more than the number of strictly better items.
 * For four completions with a tie for second place: {@code [1, 2, 2, 4]}.
 */
public final class Ranks {
    private Ranks() {}

    /**
     * Returns the competition ranks of {@code places}, where lower is better. {@code [10, 20, 20, 30]} gives
     * {@code [1, 2, 2, 4]}.
     */
    public static List<Integer> of(List<Integer> places) {
        return places.stream()
                .map(place ->
                        1 + (int) places.stream().filter(other -> other < place).count())
                .toList();
    }

    /**
     * Returns {@code ranks} if they are competition ranks of {@code count} items.
     *
     * @throws IllegalArgumentException if their number differs or they are not competition ranks; the message contains
     *     the correct ranks
     */
    public static List<Integer> check(List<Integer> ranks, int count) {
        if (ranks.size() != count) {
            throw new IllegalArgumentException(ranks.size() + " ranks for " + count + " completions; give one each");
        }
        List<Integer> right = of(ranks);
        if (!right.equals(ranks)) {
            throw new IllegalArgumentException("ranks " + ranks
                    + " are not competition ranks (best is 1, equals share, the next is skipped); for this order write "
                    + right);
        }
        return ranks;
    }
}

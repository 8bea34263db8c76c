package dev.rlhf.label.agreement;

import java.util.List;

/**
 * Shares of equal orders, over all pairs of labelers of a task and all pairs of its completions. A pair of completions
 * on which one labeler sees a tie and the other does not can be read in three ways, so there are three shares:
 *
 * <pre>
 * asWritten   a tie agrees with a tie alone                    same / all
 * tiesHalf    a tie against an order is half an agreement      (same + half · mixed) / all
 * tiesLeftOut pairs where somebody saw a tie do not count      same orders / (same orders + opposite orders)
 * </pre>
 *
 * @param same both labelers see a tie, or both the same order
 * @param bothTied cases among {@code same} in which both see a tie
 * @param mixed one sees a tie, the other does not
 * @param opposite opposite orders
 */
public record PairwiseAgreement(long same, long bothTied, long mixed, long opposite) {
    /** The agreement of no comparisons. */
    public static final PairwiseAgreement NONE = new PairwiseAgreement(0, 0, 0, 0);

    /** Returns the agreement on all tasks that two or more labelers ranked. */
    public static PairwiseAgreement of(List<Item> items) {
        PairwiseAgreement sum = NONE;
        for (Item item : items) {
            List<List<Integer>> all = List.copyOf(item.ranks().values());
            for (int a = 0; a < all.size(); a++) {
                for (int b = a + 1; b < all.size(); b++) {
                    sum = sum.plus(between(all.get(a), all.get(b)));
                }
            }
        }
        return sum;
    }

    /** Returns the agreement of two rankings of the same completions. */
    public static PairwiseAgreement between(List<Integer> first, List<Integer> second) {
        long same = 0;
        long tied = 0;
        long mixed = 0;
        long opposite = 0;
        for (int i = 0; i < first.size(); i++) {
            for (int j = i + 1; j < first.size(); j++) {
                int one = Integer.signum(first.get(i) - first.get(j));
                int two = Integer.signum(second.get(i) - second.get(j));
                same += one == two ? 1 : 0;
                tied += one == 0 && two == 0 ? 1 : 0;
                mixed += (one == 0) != (two == 0) ? 1 : 0;
                opposite += one * two < 0 ? 1 : 0;
            }
        }
        return new PairwiseAgreement(same, tied, mixed, opposite);
    }

    /** Returns the sum of both. */
    public PairwiseAgreement plus(PairwiseAgreement other) {
        return new PairwiseAgreement(
                same + other.same, bothTied + other.bothTied, mixed + other.mixed, opposite + other.opposite);
    }

    /** Returns the number of comparisons: pairs of completions times pairs of labelers. */
    public long all() {
        return same + mixed + opposite;
    }

    /** Returns a share in 0 … 1; NaN if there is nothing to compare. */
    public double asWritten() {
        return (double) same / all();
    }

    /** Returns a share in 0 … 1; NaN if there is nothing to compare. */
    public double tiesHalf() {
        return (same + 0.5 * mixed) / all();
    }

    /** Returns a share in 0 … 1; NaN if no two labelers both saw an order. */
    public double tiesLeftOut() {
        return (double) (same - bothTied) / (same - bothTied + opposite);
    }
}

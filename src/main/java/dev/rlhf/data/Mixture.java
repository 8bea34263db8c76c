package dev.rlhf.data;

import dev.rlhf.base.CounterRng;
import dev.rlhf.base.InputException;
import java.util.List;

/**
 * Several data sets in one shuffled order, with weights. An epoch has {@code round(weight · rows)} rows of each set, at
 * least one: weight 1 for all sets is plain concatenation, weight 2 visits every row twice per epoch, and weight 0.5
 * visits half of the rows. Each data set has its own endless series of shuffled passes, from which an epoch takes the
 * next rows, so the numbers of visits to two rows of a set differ by at most one, and two epochs at weight 0.5 visit
 * every row.
 *
 * <p>Example: 1,000 rows at weight 1 and 100 at weight 3 make epochs of 1,300, of which 300 are from the second.
 * @param parts the data sets, in the order of their row indices
 */
public record Mixture(List<Part> parts, long seed) implements EpochOrder {
    /** A salt, so that the parts' passes differ. */
    private static final long SALT = 0x4d49_5855_5245L;

    /**
     * One data set.
     *
     * @param rows at least 1
     * @param weight above 0
     */
    public record Part(int rows, double weight) {
        /** @throws InputException if the weight is not a positive number */
        public Part {
            if (rows < 1) {
                throw new IllegalArgumentException("a data set of %d rows".formatted(rows));
            }
            if (!(weight > 0 && weight * rows < Integer.MAX_VALUE)) {
                throw new InputException(
                        "weight must be above 0 and give fewer than 2^31 rows per epoch, not " + weight);
            }
        }

        /** Returns the number of its rows per epoch. */
        public int drawn() {
            return (int) Math.max(1, Math.round(weight * rows));
        }
    }

    public Mixture {
        parts = List.copyOf(parts);
    }

    @Override
    public int size() {
        return Math.toIntExact(parts.stream().mapToLong(Part::drawn).sum());
    }

    @Override
    public int[] order(long epoch) {
        int[] rows = new int[size()];
        int at = 0;
        int first = 0;
        for (int k = 0; k < parts.size(); k++) {
            Part part = parts.get(k);
            long passSeed = CounterRng.hash(seed, SALT, k);
            long next = epoch * part.drawn();
            int[] pass = {};
            for (int i = 0; i < part.drawn(); i++, next++) {
                int place = (int) (next % part.rows());
                if (i == 0 || place == 0) {
                    pass = Shuffle.permutation(part.rows(), passSeed, next / part.rows());
                }
                rows[at++] = first + pass[place];
            }
            first += part.rows();
        }
        int[] places = Shuffle.permutation(rows.length, seed, epoch);
        int[] order = new int[rows.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = rows[places[i]];
        }
        return order;
    }
}

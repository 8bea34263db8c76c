package dev.rlhf.rl;

import java.util.Arrays;

/**
 * Sums and means over the real tokens of ragged rows. A mask is always a list of lengths: row {@code b} of
 * {@code x [B, T]} has {@code lengths[b]} real tokens from column 0 on. Ids are never compared with the pad id, which
 * may be the end token's.
 *
 * <p>Example: {@code x = [[1, 2, NaN], [3, 4, 5]]}, {@code lengths = [2, 3]}: moments of 5 tokens with mean 3; sequence
 * mean (3 + 12) / 2 = 7.5.
 */
public final class Masked {
    private Masked() {}

    /** Returns the number of real tokens in all rows. */
    public static long count(int[] lengths) {
        return Arrays.stream(lengths).asLongStream().sum();
    }

    /** Returns the number of real tokens in some rows. */
    public static long count(int[] lengths, int[] rows) {
        return Arrays.stream(rows).mapToLong(row -> lengths[row]).sum();
    }

    /** Returns mean, variance and extremes over all real tokens. */
    public static Moments moments(float[][] x, int[] lengths) {
        check(x, lengths);
        Moments all = Moments.NONE;
        for (int b = 0; b < x.length; b++) {
            for (int t = 0; t < lengths[b]; t++) {
                all = all.plus(x[b][t]);
            }
        }
        return all;
    }

    /** Returns the sum of each row's real tokens, [B]. */
    public static double[] rowSums(float[][] x, int[] lengths) {
        check(x, lengths);
        double[] sums = new double[x.length];
        for (int b = 0; b < x.length; b++) {
            for (int t = 0; t < lengths[b]; t++) {
                sums[b] += x[b][t];
            }
        }
        return sums;
    }

    /**
     * Returns the mean over rows of the sum over a row's real tokens, as TRL's {@code objective/kl}. NaN of no rows.
     */
    public static double sequenceMean(float[][] x, int[] lengths) {
        double sum = 0;
        for (double row : rowSums(x, lengths)) {
            sum += row;
        }
        return sum / lengths.length;
    }

    /**
     * Returns the real tokens of some rows end to end, [N].
     *
     * @param rows in the order wanted
     */
    public static float[] flat(float[][] x, int[] lengths, int... rows) {
        check(x, lengths);
        float[] flat = new float[Math.toIntExact(count(lengths, rows))];
        int at = 0;
        for (int row : rows) {
            System.arraycopy(x[row], 0, flat, at, lengths[row]);
            at += lengths[row];
        }
        return flat;
    }

    static void check(float[][] x, int[] lengths) {
        if (x.length != lengths.length) {
            throw new IllegalArgumentException(x.length + " rows but " + lengths.length + " lengths");
        }
        for (int b = 0; b < x.length; b++) {
            if (lengths[b] < 0 || lengths[b] > x[b].length) {
                throw new IllegalArgumentException(
                        "row " + b + ": length " + lengths[b] + " is not in 0.." + x[b].length);
            }
        }
    }
}

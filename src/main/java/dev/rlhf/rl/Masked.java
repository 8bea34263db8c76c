package dev.rlhf.rl;

import ai.djl.ndarray.NDArray;
import dev.rlhf.tensor.Torch;
import java.util.Arrays;

/**
 * Sums and means over the real tokens of ragged rows. A mask here is always lengths: row {@code b} of {@code x [B, T]} has
 * {@code lengths[b]} real tokens from column 0 on. Never a comparison with the pad id, which may be the end token's.
 *
 * <p>Example: {@code x = [[1, 2, NaN], [3, 4, 5]]}, {@code lengths = [2, 3]}: token mean 3, sequence mean (3 + 12) / 2 = 7.5.
 */
public final class Masked {
    private Masked() {}

    /** Real tokens in all rows. */
    public static long count(int[] lengths) {
        long sum = 0;
        for (int length : lengths) {
            sum += length;
        }
        return sum;
    }

    /** Mean, variance and extremes over all real tokens. */
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

    /** Sum of each row's real tokens, [B]. */
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

    /** Mean over all real tokens: a long row weighs more than a short one. NaN of no tokens. */
    public static double tokenMean(float[][] x, int[] lengths) {
        return total(rowSums(x, lengths)) / count(lengths);
    }

    /** Mean over rows of the sum over a row's real tokens, as TRL's {@code objective/kl}. NaN of no rows. */
    public static double sequenceMean(float[][] x, int[] lengths) {
        return total(rowSums(x, lengths)) / lengths.length;
    }

    /** The same mask for tensors: bool [B, width], true at real tokens. */
    public static NDArray mask(Torch torch, int[] lengths, int width) {
        boolean[] real = new boolean[lengths.length * width];
        for (int b = 0; b < lengths.length; b++) {
            if (lengths[b] > width) {
                throw new IllegalArgumentException("row " + b + ": length " + lengths[b] + " exceeds width " + width);
            }
            Arrays.fill(real, b * width, b * width + lengths[b], true);
        }
        return torch.booleans(real, lengths.length, width);
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

    private static double total(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }
}

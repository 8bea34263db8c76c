package dev.rlhf.rl;

/**
 * (x - mean) / sqrt(var + 1e-8) over all real tokens of a rollout batch, once, before it is cut into minibatches (Huang
 * 2024). The variance is over n - 1, as in TRL and torch; that of a single token is 0, so it whitens to 0.
 */
public final class Whitening {
    private static final double EPSILON = 1e-8;

    private Whitening() {}

    /** Returns x with mean 0 and variance 1, for advantages. [B, T], 0 past the end of a row. */
    public static float[][] whiten(float[][] x, int[] lengths) {
        return apply(x, lengths, 0);
    }

    /** Returns x with variance 1 and its own mean, for rewards, whose sign matters. [B, T], 0 past the end of a row. */
    public static float[][] scale(float[][] x, int[] lengths) {
        return apply(x, lengths, 1);
    }

    private static float[][] apply(float[][] x, int[] lengths, int keepMean) {
        Moments moments = Masked.moments(x, lengths);
        double scale = 1 / Math.sqrt(moments.variance() + EPSILON);
        float[][] result = new float[x.length][];
        for (int b = 0; b < x.length; b++) {
            result[b] = new float[x[b].length];
            for (int t = 0; t < lengths[b]; t++) {
                result[b][t] = (float) ((x[b][t] - moments.mean()) * scale + keepMean * moments.mean());
            }
        }
        return result;
    }
}

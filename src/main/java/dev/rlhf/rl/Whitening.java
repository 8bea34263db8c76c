package dev.rlhf.rl;

/**
 * (x - mean) / sqrt(var + 1e-8) over all real tokens of a rollout batch, once, before it is cut into minibatches (Huang 2024).
 * The constants are the variance's divisor. Of a single token the variance is 0, so that it whitens to 0.
 */
public enum Whitening {
    /** n - 1, as TRL and torch. */
    UNBIASED {
        @Override
        double variance(Moments moments) {
            return moments.variance();
        }
    },
    /** n, as OpenAI's code. */
    BIASED {
        @Override
        double variance(Moments moments) {
            return moments.biasedVariance();
        }
    };

    private static final double EPSILON = 1e-8;

    abstract double variance(Moments moments);

    /** Mean 0, variance 1: for advantages. [B, T], 0 past the end of a row. */
    public float[][] whiten(float[][] x, int[] lengths) {
        return apply(x, lengths, 0);
    }

    /** Variance 1, the mean as it was: for rewards, whose sign means something. [B, T], 0 past the end of a row. */
    public float[][] scale(float[][] x, int[] lengths) {
        return apply(x, lengths, 1);
    }

    private float[][] apply(float[][] x, int[] lengths, int keepMean) {
        Moments moments = Masked.moments(x, lengths);
        double scale = 1 / Math.sqrt(variance(moments) + EPSILON);
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

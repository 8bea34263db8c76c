package dev.rlhf.rl;

/**
 * Estimators of KL(policy ‖ reference) from one token drawn from the policy (Schulman 2020, "Approximating KL
 * divergence"), where d = logp - ref is the log-ratio of that token in nats.
 *
 * <p>Example: logp = -1, ref = -1.5: k1 = 0.5, k2 = 0.125, k3 = e^-0.5 - 1 + 0.5 = 0.1065.
 */
public enum KlEstimator {
    /** d. Unbiased, may be negative; the one in the reward (Ziegler 2019, Ouyang 2022). */
    K1 {
        @Override
        public double of(double logp, double ref) {
            return logp - ref;
        }
    },
    /** d² / 2. Biased, low variance. */
    K2 {
        @Override
        public double of(double logp, double ref) {
            double d = logp - ref;
            return d * d / 2;
        }
    },
    /** exp(-d) - 1 + d. Unbiased and never negative. d is clamped to ±20 so that exp does not overflow, as in verl. */
    K3 {
        @Override
        public double of(double logp, double ref) {
            double d = Math.clamp(logp - ref, -LIMIT, LIMIT);
            return Math.expm1(-d) + d;
        }
    };

    private static final double LIMIT = 20;

    /** Returns the estimate from one token. */
    public abstract double of(double logp, double ref);

    /**
     * Returns the estimate of every token; 0 past the end of a row.
     *
     * @param logp [B, T] log-probabilities of the drawn tokens under the policy
     * @param ref [B, T] the same under the reference
     */
    public float[][] perToken(float[][] logp, float[][] ref, int[] lengths) {
        Masked.check(logp, lengths);
        Masked.check(ref, lengths);
        float[][] kl = new float[logp.length][];
        for (int b = 0; b < logp.length; b++) {
            kl[b] = new float[logp[b].length];
            for (int t = 0; t < lengths[b]; t++) {
                kl[b][t] = (float) of(logp[b][t], ref[b][t]);
            }
        }
        return kl;
    }
}

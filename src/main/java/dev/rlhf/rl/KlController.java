package dev.rlhf.rl;

/** How the KL coefficient β moves from update to update. Stateless: the run keeps β and saves it with its state. */
public sealed interface KlController {
    /**
     * The coefficient after an update.
     *
     * @param klCoef β that the update's rewards were made with
     * @param kl measured k1: mean over responses of the sum over a response's tokens, in nats
     * @param episodes responses in the update
     */
    double next(double klCoef, double kl, long episodes);

    /** β stays. */
    record Fixed() implements KlController {
        @Override
        public double next(double klCoef, double kl, long episodes) {
            return klCoef;
        }
    }

    /**
     * Proportional control in log space (Ziegler 2019, section 2.2): β · (1 + clip(KL / target - 1, ±0.2) · min(1, n / horizon)).
     * With the paper's n / horizon alone, an update of more than 5 horizons would make β negative: KL would be rewarded. A KL
     * that is not finite says nothing, and β stays.
     *
     * <p>Example: target 6, horizon 10,000, 256 episodes with KL 40: the error is clipped to 0.2, β grows by 0.512 %.
     *
     * @param target KL per response to hold, in nats
     * @param horizon episodes over which a clipped error changes β by a fifth; one update changes it by no more
     */
    record Adaptive(double target, double horizon) implements KlController {
        private static final double MOST = 0.2;

        public Adaptive {
            if (!(target > 0) || !(horizon > 0)) {
                throw new IllegalArgumentException("target and horizon must be above 0");
            }
        }

        @Override
        public double next(double klCoef, double kl, long episodes) {
            if (!Double.isFinite(kl)) {
                return klCoef;
            }
            double error = Math.clamp(kl / target - 1, -MOST, MOST);
            return klCoef * (1 + error * Math.min(1, episodes / horizon));
        }
    }
}

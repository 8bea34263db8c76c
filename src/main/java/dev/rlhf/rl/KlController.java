package dev.rlhf.rl;

/**
 * Adapts the KL coefficient β after every update by proportional control in log space (Ziegler 2019, section 2.2): β ·
 * (1 + clip(KL / target - 1, ±0.2) · min(1, n / horizon)). With the paper's n / horizon alone, an update of more than 5
 * horizons would make β negative and reward KL. A KL that is not finite leaves β unchanged. Stateless: the run saves β.
 *
 * <p>Example: target 6, horizon 10,000, 256 episodes with KL 40: the error is clipped to 0.2, β grows by 0.512 %.
 *
 * @param target KL per response to hold, in nats
 * @param horizon episodes over which a clipped error changes β by a fifth; one update changes it by no more
 */
public record KlController(double target, double horizon) {
    private static final double MOST = 0.2;

    public KlController {
        if (!(target > 0) || !(horizon > 0)) {
            throw new IllegalArgumentException("target and horizon must be above 0");
        }
    }

    /**
     * Returns the coefficient after an update.
     *
     * @param klCoef β in the update's rewards
     * @param kl measured k1: mean over responses of the sum over a response's tokens, in nats
     * @param episodes responses in the update
     */
    public double next(double klCoef, double kl, long episodes) {
        if (!Double.isFinite(kl)) {
            return klCoef;
        }
        double error = Math.clamp(kl / target - 1, -MOST, MOST);
        return klCoef * (1 + error * Math.min(1, episodes / horizon));
    }
}

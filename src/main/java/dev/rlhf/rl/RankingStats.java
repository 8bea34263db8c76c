package dev.rlhf.rl;

/**
 * Sums for the metrics of reward training. Batches are added with {@link #plus} and divided once. Immutable.
 *
 * @param prompts prompts with a pair
 * @param pairs ordered pairs
 * @param loss sum over prompts of the mean over a prompt's pairs
 * @param right pairs in which the better completion has the higher reward; equal rewards are wrong
 * @param margin Σ r_w - r_l over pairs
 */
public record RankingStats(long prompts, long pairs, double loss, double right, double margin) {
    /** Empty; the identity of {@link #plus}. */
    public static final RankingStats NONE = new RankingStats(0, 0, 0, 0, 0);

    /** Adds up both. */
    public RankingStats plus(RankingStats other) {
        return new RankingStats(
                prompts + other.prompts,
                pairs + other.pairs,
                loss + other.loss,
                right + other.right,
                margin + other.margin);
    }

    /** {@code loss}: mean over prompts; NaN of none. */
    public double meanLoss() {
        return loss / prompts;
    }

    /** {@code accuracy}: share of pairs; NaN of none. */
    public double accuracy() {
        return right / pairs;
    }

    /** {@code margin}: mean over pairs; NaN of none. */
    public double meanMargin() {
        return margin / pairs;
    }
}

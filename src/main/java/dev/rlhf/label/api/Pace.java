package dev.rlhf.label.api;

/**
 * The active time of a labeler's rankings compared with everybody's.
 *
 * @param rankings rankings whose time was measured
 * @param relative the labeler's median of time divided by the batch's median
 * @param fast rankings in under a quarter of the batch's median
 * @param slow rankings in over four times the batch's median
 */
public record Pace(String labeler, int rankings, double relative, int fast, int slow) {}

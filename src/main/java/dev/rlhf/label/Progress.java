package dev.rlhf.label;

/**
 * How far the work is, for one labeler and for all.
 *
 * @param yours tasks this labeler has ranked
 * @param rankings rankings made, each task counted up to its batch's overlap
 * @param wanted rankings that the batches ask for: tasks times overlap
 */
public record Progress(String labeler, int yours, int rankings, int wanted) {}

package dev.rlhf.label.api;

/**
 * How far the work is, for one labeler and for all. Gold tasks count like any other, so that they cannot be told from
 * it.
 *
 * @param yours tasks this labeler has ranked
 * @param skipped tasks this labeler has skipped or could not judge
 * @param today of {@code yours}, those labelled for the first time today
 * @param secondsToday active time of today's labels
 * @param rankings rankings made, each task counted up to its batch's overlap
 * @param wanted rankings that the batches ask for
 */
public record LabelingProgress(
        String labeler, int yours, int skipped, int today, double secondsToday, int rankings, int wanted) {}

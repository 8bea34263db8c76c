package dev.rlhf.label.api;

/**
 * Progress of one labeler and of all. Gold tasks count like any other, so that the counts do not reveal them.
 *
 * @param yours number of tasks this labeler has ranked
 * @param skipped number of tasks this labeler has skipped or could not judge
 * @param today tasks among {@code yours} that were labelled for the first time today
 * @param secondsToday active time spent on labels today
 * @param rankings number of rankings made, each task counting up to its batch's overlap
 * @param wanted number of rankings that the batches ask for
 */
public record LabelingProgress(
        String labeler, int yours, int skipped, int today, double secondsToday, int rankings, int wanted) {}

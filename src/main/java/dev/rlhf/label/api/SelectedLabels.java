package dev.rlhf.label.api;

/**
 * How many labels a {@link LabelQuery} selects, and how many of them each {@link Correction} would change.
 *
 * @param sendBack those that are not sent back yet, without imported ones and those of disabled labelers
 * @param remove those that are not removed yet
 * @param restore those that were sent back or removed
 * @param upTo the latest label of the store: a correction of these labels leaves later ones alone
 */
public record SelectedLabels(int labels, int sendBack, int remove, int restore, long upTo) {}

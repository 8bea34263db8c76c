package dev.rlhf.label.api;

import java.time.LocalDate;

/**
 * A labeler's work on one day.
 *
 * @param rankings number of tasks first labelled on that day that are ranked now
 * @param seconds active time of the labels submitted on that day, skips and edits included
 */
public record ActiveDay(String labeler, LocalDate day, int rankings, double seconds) {}

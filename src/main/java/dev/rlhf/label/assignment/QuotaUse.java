package dev.rlhf.label.assignment;

/**
 * A labeler's own quota and what counts towards it.
 *
 * @param today tasks labelled today, in the time zone of the project's quota
 * @param secondsToday active time today
 * @param total tasks labelled in all
 */
public record QuotaUse(Quota own, int today, double secondsToday, int total) {}

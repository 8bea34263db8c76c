package dev.rlhf.label.api;

/**
 * Counts of a store for monitoring.
 *
 * @param labels number of rankings, one per task and labeler
 * @param openTasks number of tasks that need more rankings
 * @param claims number of tasks held by labelers
 * @param sessions number of browsers and programs that are signed in
 */
public record StoreMetrics(long labels, long openTasks, long claims, long sessions) {}

package dev.rlhf.label.api;

/**
 * How a store stands now.
 *
 * @param labels tasks that were labeled, once for each labeler
 * @param openTasks tasks that want more labels than they have
 * @param claims tasks that labelers hold
 * @param sessions browsers and programs that are signed in
 */
public record StoreMetrics(long labels, long openTasks, long claims, long sessions) {}

package dev.rlhf.label.api;

/**
 * Remarks of labelers that no admin has marked as read.
 *
 * @param comments labels with a comment
 * @param personalData labels that report personal data
 * @param upTo the latest label of the store, to be marked as read up to
 */
public record Unread(int comments, int personalData, long upTo) {}

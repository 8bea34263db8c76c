package dev.rlhf.label.api;

/**
 * A text that labelers rank by or have ranked by.
 *
 * @param seen labelers who were shown it
 * @param labels that count now and were made by it
 */
public record GuidelinesVersion(Guidelines guidelines, boolean current, int seen, int labels) {}

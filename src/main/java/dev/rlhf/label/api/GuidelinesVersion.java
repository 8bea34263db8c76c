package dev.rlhf.label.api;

/**
 * A current or former version of the guidelines.
 *
 * @param seen number of labelers who were shown it
 * @param labels number of latest labels made by it
 */
public record GuidelinesVersion(Guidelines guidelines, boolean current, int seen, int labels) {}

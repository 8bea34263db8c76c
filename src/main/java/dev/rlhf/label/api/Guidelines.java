package dev.rlhf.label.api;

import java.time.Instant;

/**
 * The guidelines by which labelers rank, in Markdown.
 *
 * @param version the first 12 hex digits of the text's SHA-256, so that the same text has the same version in every
 *     store and rankings from several stores can be combined
 * @param publishedAt time of the first publication of this text
 */
public record Guidelines(String version, String text, Instant publishedAt) {}

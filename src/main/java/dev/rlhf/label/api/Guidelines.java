package dev.rlhf.label.api;

import java.time.Instant;

/**
 * The rules that labelers rank by, Markdown.
 *
 * @param version follows from the text: the first 12 hex digits of its SHA-256. The same text has the same version in
 *     every store, so rankings from several stores can be put together.
 * @param publishedAt when this text was first shown
 */
public record Guidelines(String version, String text, Instant publishedAt) {}

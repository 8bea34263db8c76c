package dev.rlhf.label;

import org.jspecify.annotations.Nullable;

/**
 * One answer to a prompt.
 *
 * @param id unique within its task
 * @param model what wrote it, if known; never shown to labelers
 */
public record Completion(String id, String text, @Nullable String model) {}

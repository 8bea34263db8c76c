package dev.rlhf.jinja;

/**
 * The result of {@code |safe}. jinja2 escapes every string that is combined with it by {@code +} or a method; here it
 * can only be printed, joined with {@code ~} and tested for emptiness, so nothing is escaped silently.
 */
record Markup(String text) {}

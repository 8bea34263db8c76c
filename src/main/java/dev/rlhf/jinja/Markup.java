package dev.rlhf.jinja;

/**
 * What {@code |safe} gives. jinja2 escapes whatever meets such a string in {@code +} or in a method; here it can only be printed,
 * joined with {@code ~} and asked whether it is empty, so that nothing is escaped behind anyone's back.
 */
record Markup(String text) {}

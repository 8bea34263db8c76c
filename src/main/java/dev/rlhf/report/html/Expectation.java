package dev.rlhf.report.html;

/**
 * A bound from a recipe's {@code expect:} and what came out.
 *
 * @param figure its name in the stage's result
 * @param bound as the recipe writes it, {@code "<= 0.9"}
 * @param value what was measured; NaN if it was not
 */
public record Expectation(String figure, String bound, double value, boolean met) {}

package dev.rlhf.report.html;

/**
 * A bound from a recipe's {@code expect:} and the value checked against it.
 *
 * @param metric its name in the stage's result
 * @param bound as the recipe writes it, {@code "<= 0.9"}
 * @param value the measured value; NaN if there is none
 */
public record Expectation(String metric, String bound, double value, boolean met) {}

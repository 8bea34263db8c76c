package dev.rlhf.report.html;

/**
 * A bound from a recipe's {@code expect:} and the value checked against it.
 * @param metric the metric's name in the stage's result
 * @param bound the bound as written in the recipe, {@code "<= 0.9"}
 * @param value the measured value; NaN if there is none
 */
public record Expectation(String metric, String bound, double value, boolean met) {}

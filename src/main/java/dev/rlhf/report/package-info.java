/**
 * Output for people, during and after a run: {@code report.console}, {@code report.log} and {@code report.html}.
 *
 * <p>Knows nothing of stages and models: callers pass numbers and text, or the folder of a run.
 */
package dev.rlhf.report;

/**
 * What people watch while a run goes on and read when it is over: the metrics log (metrics.jsonl and TensorBoard events),
 * samples, console progress and tables, and report.html with its curves and its health check.
 *
 * <p>Knows nothing of stages, models or tensors: it is handed plain numbers and text, or reads them from a run directory.
 */
@NullMarked
package dev.rlhf.report;

import org.jspecify.annotations.NullMarked;

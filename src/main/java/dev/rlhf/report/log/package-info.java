/** Writes and reads the log of a run: metrics.jsonl, TensorBoard events and samples. */
@NullMarked
package dev.rlhf.report.log;

import org.jspecify.annotations.NullMarked;

/** The log of a run: metrics.jsonl, TensorBoard events, samples; writing and reading them. */
@NullMarked
package dev.rlhf.report.log;

import org.jspecify.annotations.NullMarked;

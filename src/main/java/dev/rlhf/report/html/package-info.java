/** The HTML reports of runs and pipelines: curves, health check, comparisons, samples. */
@NullMarked
package dev.rlhf.report.html;

import org.jspecify.annotations.NullMarked;

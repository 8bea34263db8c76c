/** Quotas of labelers, and the demand for labelers with certain tags. */
@NullMarked
package dev.rlhf.label.assignment;

import org.jspecify.annotations.NullMarked;

/** Which tasks labelers may be given, and how many: quotas, and the demand for labelers by tag. */
@NullMarked
package dev.rlhf.label.assignment;

import org.jspecify.annotations.NullMarked;

/** File formats and drawing behind {@code dev.rlhf.report}; not for other packages. */
@NullMarked
package dev.rlhf.report.internal;

import org.jspecify.annotations.NullMarked;

/** Console output: progress bars and lines, tables, number formats. */
@NullMarked
package dev.rlhf.report.console;

import org.jspecify.annotations.NullMarked;

/** The {@code rlhf} command: parses, calls one stage or one pipeline, prints. Exit codes: {@link dev.rlhf.cli.ExitCode}. */
@NullMarked
package dev.rlhf.cli;

import org.jspecify.annotations.NullMarked;

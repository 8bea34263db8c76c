/**
 * The {@code rlhf} command: parses arguments, runs a stage or a pipeline, prints messages and help. Exit codes:
 * {@link dev.rlhf.cli.ExitCode}.
 */
@NullMarked
package dev.rlhf.cli;

import org.jspecify.annotations.NullMarked;

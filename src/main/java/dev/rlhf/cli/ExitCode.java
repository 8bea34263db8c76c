package dev.rlhf.cli;

/** The exit codes of the process, documented in docs/reference/command-line.md. */
final class ExitCode {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int BAD_INPUT = 2;
    static final int EXPECTATION_MISSED = 3;
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}

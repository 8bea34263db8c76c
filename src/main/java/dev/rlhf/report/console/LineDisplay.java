package dev.rlhf.report.console;

import java.io.PrintStream;
import java.util.function.LongSupplier;

/** Shows progress in files and CI logs: a line at the start, a line about every ten seconds, and a summary. */
final class LineDisplay implements Progress.Display {
    private static final long INTERVAL_NANOS = 10_000_000_000L;

    private final PrintStream console;
    private final LongSupplier nanos;
    private long nextNanos;

    public LineDisplay(PrintStream console, LongSupplier nanos) {
        this.console = console;
        this.nanos = nanos;
        this.nextNanos = nanos.getAsLong();
    }

    @Override
    public void update(long step, String line, String details) {
        long now = nanos.getAsLong();
        if (now - nextNanos >= 0) {
            nextNanos = now + INTERVAL_NANOS;
            note(line);
        }
    }

    @Override
    public void note(String line) {
        console.println(line);
        console.flush();
    }

    @Override
    public void finish(String line) {
        note(line);
    }
}

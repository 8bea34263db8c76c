package dev.rlhf.testing;

import dev.rlhf.stage.StageContext;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** A console that records its output, and a user who may press Ctrl-C. */
public final class TestContext implements StageContext {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream console;
    private int checks;

    private TestContext(int checks) {
        this.console = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        this.checks = checks;
    }

    private TestContext(PrintStream console) {
        this.console = console;
        this.checks = Integer.MAX_VALUE;
    }

    /** Returns a context that never stops and prints to {@code console}. */
    public static TestContext printingTo(PrintStream console) {
        return new TestContext(console);
    }

    /** Returns a context that never stops. */
    public static TestContext running() {
        return new TestContext(Integer.MAX_VALUE);
    }

    /** Returns a context that asks to stop from the {@code check}-th check of the stage on. */
    public static TestContext stoppingAt(int check) {
        return new TestContext(check);
    }

    @Override
    public synchronized boolean stopRequested() {
        return --checks <= 0;
    }

    @Override
    public PrintStream console() {
        return console;
    }

    /** Returns what was printed so far. */
    public String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}

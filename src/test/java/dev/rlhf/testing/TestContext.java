package dev.rlhf.testing;

import dev.rlhf.stage.StageContext;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** A console that can be read, and a user who may press Ctrl-C after a number of looks. */
public final class TestContext implements StageContext {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream console = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private int looks;

    private TestContext(int looks) {
        this.looks = looks;
    }

    /** Never stops. */
    public static TestContext running() {
        return new TestContext(Integer.MAX_VALUE);
    }

    /** Asks to stop from the {@code look}-th time on that the stage looks. */
    public static TestContext stoppingAt(int look) {
        return new TestContext(look);
    }

    @Override
    public synchronized boolean stopRequested() {
        return --looks <= 0;
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

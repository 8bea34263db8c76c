package dev.rlhf.stage;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A console that can be read, and a user who may press Ctrl-C after a number of looks. */
final class TestContext implements StageContext {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream console = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private int looks;

    /** Never stops. */
    TestContext() {
        this(Integer.MAX_VALUE);
    }

    /** Stops at the {@code looks}-th question whether to stop. */
    TestContext(int looks) {
        this.looks = looks;
    }

    @Override
    public synchronized boolean stopRequested() {
        return --looks <= 0;
    }

    @Override
    public PrintStream console() {
        return console;
    }

    @Override
    public Path workingFolder() {
        return Path.of("");
    }

    String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}

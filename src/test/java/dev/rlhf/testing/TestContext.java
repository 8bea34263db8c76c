package dev.rlhf.testing;

import dev.rlhf.stage.StageContext;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A console that is kept, and a Ctrl-C that comes after so many questions whether it did. */
public final class TestContext implements StageContext {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream console = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private final int stopAtQuestion;
    private int questions;

    private TestContext(int stopAtQuestion) {
        this.stopAtQuestion = stopAtQuestion;
    }

    public static TestContext running() {
        return new TestContext(Integer.MAX_VALUE);
    }

    /** Asks to stop from the n-th time on that the stage looks. */
    public static TestContext stoppingAt(int question) {
        return new TestContext(question);
    }

    @Override
    public boolean stopRequested() {
        return ++questions >= stopAtQuestion;
    }

    @Override
    public PrintStream console() {
        return console;
    }

    @Override
    public Path workingFolder() {
        return Path.of("");
    }

    /** What was printed so far. */
    public String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}

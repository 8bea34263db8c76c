package dev.rlhf.cli;

import dev.rlhf.stage.StageContext;
import java.io.PrintStream;
import java.nio.file.Path;

/** A stage's surroundings in a terminal. */
record ConsoleContext(Interrupts interrupts, PrintStream console) implements StageContext {
    @Override
    public boolean stopRequested() {
        return interrupts.requested();
    }

    @Override
    public Path workingFolder() {
        return Path.of("");
    }
}

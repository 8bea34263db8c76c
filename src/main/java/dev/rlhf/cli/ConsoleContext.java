package dev.rlhf.cli;

import dev.rlhf.stage.StageContext;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** A stage's surroundings in a terminal. */
record ConsoleContext(BooleanSupplier stop, PrintStream console) implements StageContext {
    @Override
    public boolean stopRequested() {
        return stop.getAsBoolean();
    }

    @Override
    public Path workingFolder() {
        return Path.of("");
    }
}

package dev.rlhf.cli;

import dev.rlhf.stage.StageContext;
import java.io.PrintStream;
import java.util.function.BooleanSupplier;

/** A stage's surroundings in a terminal. */
record ConsoleContext(Signals signals, PrintStream console) implements StageContext {
    @Override
    public boolean stopRequested() {
        return signals.requested();
    }

    @Override
    public void onInterrupt(BooleanSupplier handler) {
        signals.handle(handler);
    }
}

package dev.rlhf.stage;

import java.io.PrintStream;
import java.util.function.BooleanSupplier;

/** The console of a running stage and the user's requests to stop it. */
public interface StageContext {
    /** Returns whether Ctrl-C was pressed, so that the stage should save and stop at the next step boundary. */
    boolean stopRequested();

    /**
     * Sets the handler that Ctrl-C calls from now on, on another thread, instead of requesting a stop. It returns
     * whether the program should continue; if not, the process ends at once with exit code 130. A context without
     * signals never calls it.
     */
    default void onInterrupt(BooleanSupplier handler) {}

    /** Returns the stream for progress, tables and samples, which are for people and never parsed. */
    PrintStream console();
}

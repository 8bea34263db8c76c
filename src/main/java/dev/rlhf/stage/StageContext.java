package dev.rlhf.stage;

import java.io.PrintStream;
import java.util.function.BooleanSupplier;

/** What surrounds a running stage: where to print and whether the user has asked to stop. Given by the command line. */
public interface StageContext {
    /** True once Ctrl-C was pressed: save and leave at the next step boundary. */
    boolean stopRequested();

    /**
     * From now on Ctrl-C calls {@code handler}, on a thread of its own, instead of asking to stop. It answers whether the program goes
     * on; if not, it ends at once with exit code 130. A context without signals never calls it.
     */
    default void onInterrupt(BooleanSupplier handler) {}

    /** Where people read: progress, tables, samples. Never parsed. */
    PrintStream console();
}

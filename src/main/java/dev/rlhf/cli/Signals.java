package dev.rlhf.cli;

import java.util.function.BooleanSupplier;

/** Ctrl-C, as a running stage sees it. Thread-safe. */
@FunctionalInterface
interface Signals {
    /** Whether the user asked to stop. */
    boolean requested();

    /** See {@link dev.rlhf.stage.StageContext#onInterrupt}; ignored where there are no signals. */
    default void handle(BooleanSupplier handler) {}
}

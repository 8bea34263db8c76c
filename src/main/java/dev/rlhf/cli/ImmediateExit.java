package dev.rlhf.cli;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Ends the process while other threads are still computing.
 *
 * <p>{@link Runtime#halt} calls C's {@code exit}, which destroys the static objects of libtorch, such as oneDNN's
 * stream. A thread that is inside a matrix product then uses freed memory, and the JVM reports a crash instead of
 * ending with the given exit code. {@code _exit} destroys nothing; the operating system frees everything.
 */
final class ImmediateExit {
    private ImmediateExit() {}

    /** Does not return. Runs no shutdown hooks, like {@link Runtime#halt}. */
    static void halt(int code) {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> exit = linker.defaultLookup().find("_exit");
        if (exit.isPresent()) {
            try {
                linker.downcallHandle(exit.get(), FunctionDescriptor.ofVoid(JAVA_INT))
                        .invokeExact(code);
            } catch (Throwable e) {
                // ends below
            }
        }
        Runtime.getRuntime().halt(code);
    }
}

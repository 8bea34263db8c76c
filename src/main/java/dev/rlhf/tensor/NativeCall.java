package dev.rlhf.tensor;

/**
 * Calls native functions, whose method handles declare {@link Throwable}.
 *
 * @param <T> type of the result
 */
@FunctionalInterface
interface NativeCall<T> {
    T run() throws Throwable;

    /** Runs a call; a checked exception, which no native function throws, becomes an {@link IllegalStateException}. */
    static <T> T run(NativeCall<T> call) {
        try {
            return call.run();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}

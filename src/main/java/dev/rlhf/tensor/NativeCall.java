package dev.rlhf.tensor;

/**
 * Calls native functions, whose method handles declare {@link Throwable}.
 *
 * @param <T> type of the result
 */
@FunctionalInterface
interface NativeCall<T> {
    T call() throws Throwable;

    /** Calls a function; a checked exception, which none throws, becomes an {@link IllegalStateException}. */
    static <T> T run(NativeCall<T> function) {
        try {
            return function.call();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}

package dev.rlhf.base;

import java.util.List;
import java.util.function.Function;

/** Applies a function to many values on all processors. */
public final class ParallelMap {
    private ParallelMap() {}

    /**
     * Returns the results in the order of the values.
     *
     * @param function a pure function
     * @throws RuntimeException what the function throws for the first value, in their order, that it fails for
     */
    public static <T, R> List<R> map(List<T> values, Function<? super T, ? extends R> function) {
        try {
            return values.parallelStream().<R>map(function).toList();
        } catch (RuntimeException e) { // of any value
            for (T value : values) {
                Object _ = function.apply(value);
            }
            throw e;
        }
    }
}

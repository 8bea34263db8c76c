package dev.rlhf.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.util.ArrayList;
import java.util.List;

/**
 * Owns every tensor made on this thread while it is open, and closes them with itself. DJL keeps each intermediate
 * alive until somebody says otherwise, so a step of training or of generation has one around all of it:
 *
 * <pre>{@code
 * try (Scope scope = new Scope()) {
 *     NDArray hidden = …;
 *     return scope.keep(hidden);      // now the surrounding scope's
 * }
 * }</pre>
 *
 * <p>Closing the Java side of a tensor never takes away what autograd still needs: libtorch counts references, and
 * every tensor made through {@link Torch} owns its memory. Not thread-safe; scopes nest per thread.
 */
public final class Scope implements AutoCloseable {
    private final NDScope scope = new NDScope();
    private final List<NDArray> kept = new ArrayList<>();

    /** Hands the tensor to the surrounding scope, or to its manager if there is none. */
    public NDArray keep(NDArray array) {
        NDScope.unregister(array);
        kept.add(array);
        return array;
    }

    @Override
    public void close() {
        scope.close();
        kept.forEach(NDScope::register);
    }
}

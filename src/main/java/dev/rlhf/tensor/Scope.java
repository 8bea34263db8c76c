package dev.rlhf.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.util.ArrayList;
import java.util.List;

/**
 * Owns every tensor made on this thread while it is open, and closes them when it closes. DJL keeps every intermediate
 * tensor alive until it is closed, so each step of training or generation runs in a scope:
 *
 * <pre>{@code
 * try (Scope scope = new Scope()) {
 *     NDArray hidden = …;
 *     return scope.keep(hidden);      // now belongs to the surrounding scope
 * }
 * }</pre>
 *
 * <p>Closing the Java side of a tensor never frees memory that autograd still needs: libtorch counts references, and
 * every tensor made through {@link Torch} owns its memory. Not thread-safe; scopes nest per thread.
 */
public final class Scope implements AutoCloseable {
    private final NDScope scope = new NDScope();
    private final List<NDArray> kept = new ArrayList<>();

    /** Moves the tensor to the surrounding scope, or to its manager outside of all scopes. */
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

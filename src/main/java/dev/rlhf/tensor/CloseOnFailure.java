package dev.rlhf.tensor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Closes what has been made so far if making the rest fails:
 *
 * <pre>{@code
 * try (CloseOnFailure made = new CloseOnFailure()) {
 *     Adapters adapters = made.add(read(), Adapters::close);
 *     Parameters parameters = load(adapters);      // closes the adapters if it throws
 *     return made.complete(parameters);
 * }
 * }</pre>
 */
public final class CloseOnFailure implements AutoCloseable {
    private final Deque<Runnable> open = new ArrayDeque<>();

    /** Returns the resource, which is closed unless {@link #complete} is called. */
    public <T> T add(T resource, Consumer<? super T> close) {
        open.push(() -> close.accept(resource));
        return resource;
    }

    /** Returns the result, which owns everything added. */
    public <T> T complete(T result) {
        open.clear();
        return result;
    }

    @Override
    public void close() {
        open.forEach(Runnable::run);
    }
}

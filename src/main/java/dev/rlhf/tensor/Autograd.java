package dev.rlhf.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gradient recording. Nothing is recorded outside of {@link #record}, so that forgetting it costs a missing gradient,
 * which tests see, and never memory.
 */
public final class Autograd {
    /** The parts of the innermost {@link #record} that backward has to compute again, the last one first. */
    private static final ThreadLocal<@Nullable Deque<Part>> PARTS = new ThreadLocal<>();

    private Autograd() {}

    /** Runs {@code forward} with gradients on, for this thread. Nests; backward must run inside. */
    public static <T> T record(Supplier<T> forward) {
        boolean before = JniUtils.isGradMode();
        Deque<Part> outer = PARTS.get();
        Deque<Part> own = new ArrayDeque<>();
        JniUtils.setGradMode(true);
        PARTS.set(own);
        T result;
        try {
            result = forward.get();
        } catch (RuntimeException | Error e) {
            own.forEach(Part::close);
            throw e;
        } finally {
            PARTS.set(outer);
            JniUtils.setGradMode(before);
        }
        if (!own.isEmpty()) {
            own.forEach(Part::close);
            throw new IllegalStateException("parts to recompute were recorded, but backward did not run");
        }
        return result;
    }

    /** Returns whether this thread is inside of {@link #record}. */
    public static boolean recording() {
        return PARTS.get() != null;
    }

    /** Adds d loss / d parameter to every parameter's gradient; {@code loss} is one number and its graph is freed. */
    public static void backward(NDArray loss) {
        try (NDArray one = loss.getManager().ones(loss.getShape(), loss.getDataType())) {
            backward(loss, one);
        }
    }

    /**
     * Runs backward from a result whose gradient is known, through its graph, which is freed, and then through the
     * parts made by {@link #cut} and {@link #recomputed}.
     *
     * @param gradient of the loss with respect to {@code result}
     */
    public static void backward(NDArray result, NDArray gradient) {
        JniUtils.backward((PtNDArray) result, (PtNDArray) gradient, false, false);
        backward();
    }

    /**
     * Continues backward through the parts made by {@link #cut} and {@link #recomputed}, last one first, from the
     * gradients that their results have.
     */
    public static void backward() {
        Deque<Part> parts = PARTS.get();
        while (parts != null && !parts.isEmpty()) {
            try (Part part = parts.pop()) {
                part.backward();
            }
        }
    }

    /** Records, runs backward and returns the loss's value: one micro-batch. */
    public static float step(Supplier<NDArray> loss) {
        return step(loss, value -> value).getFloat();
    }

    /** Records {@code forward}, runs backward from the loss in its result, and returns the result. */
    public static <T> T step(Supplier<T> forward, Function<T, NDArray> loss) {
        return record(() -> {
            T result = forward.get();
            backward(loss.apply(result));
            return result;
        });
    }

    /**
     * Computes a part of the forward pass without keeping what its backward needs; backward computes the part again
     * (Chen et al. 2016, gradient checkpointing). The operations are those of a recorded pass, so losses and gradients
     * are the same numbers. Outside of {@link #record} it only computes.
     *
     * @param draws whether the part draws from libtorch's generator (dropout); it then draws the same numbers again
     * @param forward one tensor from others that stay open and unchanged until backward
     * @return the result, for the forward pass only: backward closes it
     */
    public static NDArray recomputed(Torch torch, boolean draws, Supplier<NDArray> forward) {
        Deque<Part> parts = PARTS.get();
        if (parts == null) {
            return forward.get();
        }
        NDArray random = draws ? RandomState.get(torch) : null;
        NDArray output;
        try (Scope scope = new Scope()) {
            NDArray recorded = forward.get();
            if (!torch.kernels().test("has_graph", recorded)) { // nothing up to here is trained
                return scope.keep(recorded);
            }
            output = recorded.stopGradient();
            NDScope.unregister(output); // as long as this record, whatever scopes are inside
        }
        output.setRequiresGradient(true);
        parts.push(new Part(torch, output, random, forward));
        return output;
    }

    /**
     * Cuts the graph at {@code x}: several passes may run backward to the result, each in a {@link #record} of its own,
     * and their gradients add up there. {@link #backward()} then continues from x, once.
     *
     * @return x as a leaf of the graph, which backward closes; x itself if nothing it was computed from is trained, or
     *     outside of {@link #record}
     */
    public static NDArray cut(Torch torch, NDArray x) {
        Deque<Part> parts = PARTS.get();
        if (parts == null || !torch.kernels().test("has_graph", x)) {
            return x;
        }
        NDArray leaf = x.stopGradient();
        NDScope.unregister(leaf);
        leaf.setRequiresGradient(true);
        parts.push(new Part(torch, leaf, null, () -> x));
        return leaf;
    }

    /** A part of the graph that ends in a leaf of the rest; {@code forward} computes it again, or returns it. */
    private record Part(
            Torch torch, NDArray output, @Nullable NDArray random, Supplier<NDArray> forward) implements AutoCloseable {
        void backward() {
            try (Scope _ = new Scope()) {
                if (random == null) {
                    again();
                    return;
                }
                try (NDArray now = RandomState.get(torch)) {
                    RandomState.set(torch, random);
                    again();
                    RandomState.set(torch, now); // what follows draws as if nothing had been computed twice
                }
            }
        }

        private void again() {
            JniUtils.backward((PtNDArray) forward.get(), (PtNDArray) output.getGradient(), false, false);
        }

        @Override
        public void close() {
            output.close();
            if (random != null) {
                random.close();
            }
        }
    }
}

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
 * Records gradients and runs backward. Nothing is recorded outside {@link #record}: forgetting it causes a missing
 * gradient, which tests notice, and never a memory leak.
 */
public final class Autograd {
    /** The parts that backward of the innermost {@link #record} continues through, the last one first. */
    private static final ThreadLocal<@Nullable Deque<Part>> PARTS = new ThreadLocal<>();

    private Autograd() {}

    /**
     * Runs {@code forward} with gradient recording switched on for this thread. Calls can nest; backward must run
     * inside the same call.
     */
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

    /** Returns whether this thread is inside {@link #record}. */
    public static boolean recording() {
        return PARTS.get() != null;
    }

    /** Adds d loss / d parameter to every parameter's gradient; {@code loss} is a scalar, and its graph is freed. */
    public static void backward(NDArray loss) {
        try (NDArray one = loss.getManager().ones(loss.getShape(), loss.getDataType())) {
            backward(loss, one);
        }
    }

    /**
     * Runs backward from a tensor whose gradient is known: through its graph, which is freed, and then through the
     * parts made by {@link #cut} and {@link #recomputed}.
     * @param gradient the gradient of the loss with respect to {@code result}
     */
    public static void backward(NDArray result, NDArray gradient) {
        JniUtils.backward((PtNDArray) result, (PtNDArray) gradient, false, false);
        backward();
    }

    /**
     * Continues backward through the parts made by {@link #cut} and {@link #recomputed}, the last one first, from the
     * gradients of their results.
     */
    public static void backward() {
        Deque<Part> parts = PARTS.get();
        while (parts != null && !parts.isEmpty()) {
            try (Part part = parts.pop()) {
                part.backward();
            }
        }
    }

    /** Records the loss of one micro-batch, runs backward and returns the loss's value. */
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
     * Computes a part of the forward pass without keeping its activations; backward recomputes them (gradient
     * checkpointing, Chen et al. 2016). The operations are those of a recorded pass, so losses and gradients are the
     * same numbers. Outside {@link #record} it just computes the result.
     *
     * @param draws whether the part draws from libtorch's generator (dropout); the recomputation then draws the same
     *     numbers
     * @param forward computes a tensor from others that stay open and unchanged until backward
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
            if (!torch.kernels().test("has_graph", recorded)) { // depends on nothing that is trained
                if (random != null) {
                    random.close();
                }
                return scope.keep(recorded);
            }
            output = recorded.stopGradient();
            NDScope.unregister(output); // lives as long as this record, regardless of the scopes inside
        }
        output.setRequiresGradient(true);
        parts.push(new Part(torch, output, random, forward));
        return output;
    }

    /**
     * Cuts the graph at {@code x}, so that several backward passes, each in its own {@link #record}, can end at the
     * result, where their gradients add up. {@link #backward()} then continues from x, once.
     *
     * @return x as a leaf of the graph, which backward closes; x itself if nothing it was computed from is trained, or
     *     outside {@link #record}
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

    /**
     * A part of the graph whose result {@code output} is a leaf of the rest; {@code forward} computes the part again,
     * or returns its recorded result.
     */
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
                    RandomState.set(torch, now); // later draws are as if nothing had been computed twice
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

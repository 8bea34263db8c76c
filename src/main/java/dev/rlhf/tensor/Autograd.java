package dev.rlhf.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Gradient recording. Nothing is recorded outside of {@link #record}, so that forgetting it costs a missing gradient,
 * which tests see, and never memory.
 */
public final class Autograd {
    private Autograd() {}

    /** Runs {@code forward} with gradients on, for this thread. Nests. */
    public static <T> T record(Supplier<T> forward) {
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(true);
        try {
            return forward.get();
        } finally {
            JniUtils.setGradMode(before);
        }
    }

    /** Adds d loss / d parameter to every parameter's gradient; {@code loss} is one number and its graph is freed. */
    public static void backward(NDArray loss) {
        try (NDArray one = loss.getManager().ones(loss.getShape(), loss.getDataType())) {
            JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
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
}

package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a language model for decoding steps: a copy of body and head in a faster layout, if making it pays, or
 * the weights themselves. One thread at a time.
 */
final class StepWeights implements AutoCloseable {
    /**
     * The number of rows per step from which fp32 products are faster with weights laid out as [in, out] than with
     * packed ones; see the kernel {@code step_weight}.
     */
    private static final int MANY_ROWS = 32;

    private final Parameters parameters;
    private final BodyWeights body;
    private final NDArray head;
    private @Nullable NDArray copiedHead;
    private boolean inOut;

    StepWeights(Parameters parameters, BodyWeights body, NDArray head) {
        this.parameters = parameters;
        this.body = body;
        this.head = head;
    }

    /** Returns the head's weight for a step. */
    NDArray head() {
        return copiedHead == null ? head : copiedHead;
    }

    /**
     * Makes a copy of the weights in the layout that is fastest for products with few rows, if there are enough steps
     * to pay for it and enough memory. On a GPU it copies only weights that must be cast, dequantised or joined.
     *
     * @param rows rows per step
     * @param steps the number of steps expected
     */
    void prepare(int rows, int steps) {
        Torch torch = parameters.torch();
        if (torch.gpuKernels()) {
            prepareOnGpu();
            return;
        }
        boolean wanted = parameters.compute() == Dtype.FLOAT32 && rows >= MANY_ROWS;
        boolean ready = copiedHead != null && inOut == wanted;
        if (ready || steps < stepsThatPay(rows) || bytes() > torch.memory().spare() / 2) {
            return;
        }
        close();
        body.prepareSteps(wanted);
        copiedHead = torch.kernels()
                .call("step_weight", head, false, parameters.compute().scalarType(), wanted);
        NDScope.unregister(copiedHead); // lives until close
        inOut = wanted;
    }

    /**
     * Casts a trained model's weights once instead of at every step, and joins those that are multiplied by the same
     * input, if there is enough memory. Frozen weights are cast and joined when they are loaded.
     */
    private void prepareOnGpu() {
        Torch torch = parameters.torch();
        long bytes = bytes();
        if (copiedHead != null || bytes == 0 || bytes > torch.spareMemory() / 2) {
            return;
        }
        body.prepareStepsOnGpu();
        if (headNeedsCast()) {
            copiedHead = parameters.compute().cast(torch, head);
            NDScope.unregister(copiedHead); // lives until close
        }
    }

    /** Returns the size in bytes of the copy that {@link #prepare} makes; 0 if none is needed. */
    long bytes() {
        boolean ready = parameters.torch().gpuKernels() && body.readyForGpu() && !headNeedsCast();
        return ready ? 0 : body.stepBytes() + head.size() * parameters.compute().bytes();
    }

    private boolean headNeedsCast() {
        return parameters.compute() != Dtype.FLOAT32 && head.getDataType() == DataType.FLOAT32;
    }

    /**
     * Returns the number of steps after which a copy of the weights pays for itself. Making it takes about as long as
     * reading the weights ten times; it saves a tenth to a quarter of a step with one row, and half or more of a step
     * with several.
     */
    private static int stepsThatPay(int rows) {
        return rows < 4 ? 100 : 16;
    }

    /** Drops the copy; steps then read the weights themselves. */
    @Override
    public void close() {
        body.endSteps();
        if (copiedHead != null) {
            copiedHead.close();
            copiedHead = null;
        }
    }
}

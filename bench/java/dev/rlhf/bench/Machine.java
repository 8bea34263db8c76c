package dev.rlhf.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.Arrays;
import java.util.List;

/**
 * Peak rates of the machine, measured with the operators that the jobs use.
 *
 * @param bytesPerSecond memory bandwidth, from the sum of a tensor larger than all caches
 * @param flopsPerSecond in the compute dtype, from a product of 1024 × 1024 matrices
 */
public record Machine(double bytesPerSecond, double flopsPerSecond) {
    private static final int SIDE = 1024;
    private static final long FLOATS = 64L << 20;

    /** Measures several times and keeps the best, because other processes can only slow it down. */
    public static Machine measure(Torch torch, Dtype dtype) {
        try (Scope _ = new Scope()) {
            NDArray big = torch.manager().ones(new Shape(FLOATS));
            NDArray a = dtype.cast(torch, torch.manager().randomNormal(new Shape(SIDE, SIDE)));
            NDArray b = dtype.cast(torch, torch.manager().randomNormal(new Shape(SIDE, SIDE)));
            double read = best(() -> big.sum().getFloat());
            double multiplied = best(() -> {
                for (int i = 0; i < 10; i++) {
                    torch.kernels().call("linear", a, b, List.of());
                }
                // waits for a GPU
                Dtype.FLOAT32
                        .cast(torch, torch.kernels().call("linear", a, b, List.of()))
                        .sum()
                        .getFloat();
            });
            return new Machine(4.0 * FLOATS / read, 11 * 2.0 * SIDE * SIDE * SIDE / multiplied);
        }
    }

    private static double best(Runnable work) {
        double[] seconds = Laps.of(2, 8, i -> {
            try (Scope _ = new Scope()) {
                work.run();
            }
        });
        return Arrays.stream(seconds).min().orElseThrow();
    }

    /**
     * Returns the least seconds of a decoding step: weights are read while they are multiplied, then the cache is read.
     *
     * @param weights number of weights that are multiplied per token
     * @param weightBytes bytes per weight
     * @param rows rows of the batch
     * @param cacheBytes bytes of the cache that all rows read
     */
    public double stepSeconds(long weights, int weightBytes, int rows, double cacheBytes) {
        double products = Math.max(weights * weightBytes / bytesPerSecond, 2.0 * weights * rows / flopsPerSecond);
        return products + cacheBytes / bytesPerSecond;
    }
}

package dev.rlhf.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Tests that tensors which autograd needs outlive their Java objects: these are closed and collected, and their memory
 * is used again, before backward runs.
 */
class FreedMemoryTest {
    private static final int SIZE = 512;
    private static final int TENSORS = 200;

    private static Torch torch;

    @BeforeAll
    static void open() {
        torch = Torch.open("cpu");
    }

    @AfterAll
    static void close() {
        torch.close();
    }

    @Test
    void indicesOfLongs() {
        long[] reversed = new long[SIZE];
        Arrays.setAll(reversed, i -> SIZE - 1 - i);
        float[] weights = ramp();
        float[] expected = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            expected[i] = TENSORS * weights[SIZE - 1 - i];
        }
        assertThat(gradient(x -> torch.kernels()
                        .call("rows", x, torch.longs(reversed, SIZE))
                        .mul(torch.floats(weights, SIZE))))
                .containsExactly(expected);
    }

    @Test
    void factorsOfFloats() {
        float[] factors = ramp();
        float[] expected = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            expected[i] = TENSORS * factors[i];
        }
        assertThat(gradient(x -> x.mul(torch.floats(factors, SIZE)))).containsExactly(expected);
    }

    /** DJL would make a tensor of the number, and close it before it returns. */
    @Test
    void numbers() {
        float[] expected = new float[SIZE];
        Arrays.fill(expected, TENSORS * 0.75f);
        assertThat(gradient(x -> torch.kernels().call("mul", torch.kernels().call("div", x, 4.0), 3.0)))
                .containsExactly(expected);
    }

    /** A view can outlive the tensor that it is a view of. */
    @Test
    void viewsOfATensorThatIsClosed() {
        float[] values = ramp();
        List<NDArray> views = new ArrayList<>();
        for (int i = 0; i < TENSORS; i++) {
            try (Scope scope = new Scope()) {
                views.add(scope.keep(torch.floats(values, SIZE).reshape(2, SIZE / 2)));
            }
        }
        overwriteWhatIsFree();
        for (NDArray view : views) {
            assertThat(view.toFloatArray()).containsExactly(values);
            view.close();
        }
    }

    @Test
    void arraysOfNoElementsAndOfTheWrongNumber() {
        try (Scope _ = new Scope()) {
            assertThat(torch.longs(new long[0], 0).size()).isZero();
            assertThat(torch.floats(new float[0], 2, 0).getShape().getShape()).containsExactly(2, 0);
            assertThatThrownBy(() -> torch.longs(new long[3], 2, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("3 values")
                    .hasMessageContaining("[2, 2]");
        }
    }

    private static float[] ramp() {
        float[] values = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            values[i] = i % 7 + 1;
        }
        return values;
    }

    /** Returns d / dx of the sum of {@code f(x)} over many calls, each in a scope that closes before backward. */
    private static float[] gradient(UnaryOperator<NDArray> f) {
        try (Scope _ = new Scope()) {
            NDArray x = torch.floats(new float[SIZE], SIZE);
            x.setRequiresGradient(true);
            Autograd.step(() -> {
                NDArray sum = torch.manager().zeros(x.getShape());
                for (int i = 0; i < TENSORS; i++) {
                    try (Scope scope = new Scope()) {
                        sum = scope.keep(sum.add(f.apply(x)));
                    }
                }
                overwriteWhatIsFree();
                return sum.sum();
            });
            return x.getGradient().toFloatArray();
        }
    }

    /** Collects garbage, direct buffers included, and writes into new memory of the same sizes. */
    private static void overwriteWhatIsFree() {
        List<ByteBuffer> held = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            System.gc();
            for (int bytes : new int[] {4, 8, SIZE, 4 * SIZE, 8 * SIZE}) {
                for (int i = 0; i < TENSORS; i++) {
                    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
                    while (buffer.hasRemaining()) {
                        buffer.put((byte) 0x5A);
                    }
                    held.add(buffer);
                }
            }
        }
        assertThat(held).isNotEmpty(); // reachable until here
    }
}

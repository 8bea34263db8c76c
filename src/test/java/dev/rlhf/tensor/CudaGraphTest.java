package dev.rlhf.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.rlhf.testing.TestDevice;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CudaGraphTest {
    @Test
    void aCpuHasNoGraphs() {
        try (Torch torch = Torch.open("cpu")) {
            boolean[] ran = {false};
            assertThat(torch.capture(() -> ran[0] = true)).isEmpty();
            assertThat(ran[0]).isFalse();
        }
    }

    @Test
    void capturedOperationsRunAgainOnTheSameTensors() {
        try (Torch torch = TestDevice.open()) {
            assumeTrue(torch.onGpu());
            NDArray sum = torch.floats(new float[] {1, 2}, 2);
            NDArray added = torch.floats(new float[] {10, 20}, 2);
            Runnable work = () -> sum.addi(added);
            work.run();
            try (CudaGraph graph = torch.capture(work).orElseThrow()) {
                assertThat(sum.toFloatArray()).containsExactly(11, 22); // a capture runs nothing
                graph.replay();
                graph.replay();
                assertThat(sum.toFloatArray()).containsExactly(31, 62);
                try (NDArray other = torch.floats(new float[] {100, 200}, 2)) {
                    torch.kernels().invoke("assign", added, other);
                }
                graph.replay();
                assertThat(sum.toFloatArray()).containsExactly(131, 262);
            }
        }
    }

    @Test
    void resultsOfACaptureSurviveOtherWork() {
        try (Torch torch = TestDevice.open()) {
            assumeTrue(torch.onGpu());
            NDArray x = torch.floats(new float[] {1, 2}, 2);
            NDArray[] result = new NDArray[1];
            times(torch, x, 3).close();
            try (CudaGraph graph = torch.capture(() -> {
                                try (NDArray between = times(torch, x, 3)) {
                                    result[0] = between.add(x);
                                }
                            })
                            .orElseThrow();
                    CudaGraph _ =
                            torch.capture(() -> times(torch, x, 5).close()).orElseThrow()) {
                for (int i = 0; i < 100; i++) {
                    torch.manager().ones(new Shape(2)).close();
                }
                graph.replay();
                assertThat(result[0].toFloatArray()).containsExactly(4, 8);
            }
        }
    }

    @Test
    void workThatWaitsForTheGpuIsNotCapturedAndHarmsNothing() {
        try (Torch torch = TestDevice.open()) {
            assumeTrue(torch.onGpu());
            assumeFalse(torch.gpu().orElseThrow().name().startsWith("Fake")); // there an engine error fails the job
            NDArray x = torch.floats(new float[] {1, 2}, 2);
            Optional<CudaGraph> refused = torch.capture(() -> {
                try (NDArray twice = times(torch, x, 2)) {
                    twice.toFloatArray();
                }
            });
            assertThat(refused).isEmpty();
            assertThat(torch.capture(() -> times(torch, x, 2).close())).isEmpty(); // nor is anything after it
            try (NDArray twice = times(torch, x, 2)) {
                assertThat(twice.toFloatArray()).containsExactly(2, 4);
            }
        }
    }

    @Test
    void anErrorOfTheWorkItselfIsThrown() {
        try (Torch torch = TestDevice.open()) {
            assumeTrue(torch.onGpu());
            NDArray two = torch.floats(new float[] {1, 2}, 2);
            NDArray three = torch.floats(new float[] {1, 2, 3}, 3);
            assertThatThrownBy(() -> torch.capture(() -> two.add(three))).hasMessageContaining("must match the size");
            assertThat(torch.capture(() -> times(torch, two, 2).close())).isPresent();
        }
    }

    private static NDArray times(Torch torch, NDArray x, double factor) {
        return torch.kernels().call("mul", x, factor);
    }
}

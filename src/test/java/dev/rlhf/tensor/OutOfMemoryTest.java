package dev.rlhf.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.Shape;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutOfMemoryTest {
    @Test
    void libtorchsCpuAllocator() {
        try (Torch torch = Torch.open("cpu");
                Scope _ = new Scope()) {
            Throwable direct = catchThrowable(() -> torch.manager().zeros(new Shape(1L << 46)));
            assertThat(OutOfMemory.describe(new IllegalStateException(direct)))
                    .hasValueSatisfying(said -> assertThat(said)
                            .matches("out of memory: this process holds \\d+\\.\\d GiB, and the system refused "
                                    + "it 262144\\.0 GiB more"));
        }
    }

    @Test
    void inAKernel() {
        try (Torch torch = Torch.open("cpu");
                Scope _ = new Scope()) {
            float[] column = new float[1 << 20];
            Throwable failure = catchThrowable(() -> torch.kernels()
                    .call("logits", torch.floats(column, 1 << 20, 1), torch.floats(column, 1 << 20, 1), 0.0));
            assertThat(failure).isInstanceOf(EngineException.class).hasMessageContaining("TorchScript interpreter");
            assertThat(OutOfMemory.describe(failure))
                    .hasValueSatisfying(said -> assertThat(said).contains("refused it 4096.0 GiB more"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 79.10 GiB of which "
                        + "3.25 MiB is free.",
                "The following operation failed in the TorchScript interpreter.\nTraceback of TorchScript (most "
                        + "recent call last):\n"
                        + "RuntimeError: CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity "
                        + "of 79.10 GiB"
            })
    void cudaByItsMessage(String message) {
        assertThat(OutOfMemory.describe(new EngineException(message)))
                .hasValue("out of GPU memory: an allocation of 20.00 MiB failed");
    }

    @Test
    void cudaLibrariesByErrorCode() {
        assertThat(OutOfMemory.describe(new EngineException("CUDA error: out of memory")))
                .hasValue("out of GPU memory");
        assertThat(OutOfMemory.describe(
                        new EngineException("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate")))
                .hasValue("out of GPU memory");
    }

    @Test
    void theJavaHeap() {
        Throwable failure = catchThrowable(() -> IntStream.range(0, 100)
                .mapToObj(_ -> new long[Integer.MAX_VALUE - 8])
                .toList());
        assertThat(failure).isInstanceOf(OutOfMemoryError.class);
        assertThat(OutOfMemory.describe(failure))
                .hasValueSatisfying(said -> assertThat(said).contains("the Java heap", "RLHF_JAVA_OPTS=-Xmx"));
    }

    @Test
    void otherFailuresAreNot() {
        assertThat(OutOfMemory.describe(new EngineException("index out of range in self")))
                .isEmpty();
        assertThat(OutOfMemory.describe(new OutOfMemoryError("unable to create native thread")))
                .isEmpty();
        assertThat(OutOfMemory.describe(new NullPointerException())).isEmpty();
    }
}

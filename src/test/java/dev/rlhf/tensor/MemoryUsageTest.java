package dev.rlhf.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class MemoryUsageTest {
    private static final long MIB = 1 << 20;

    /**
     * The C library keeps what is freed below what is still in use, and, as the launcher sets it, whatever it is.
     * Everything is compared with the memory while the tensors were there: earlier tests' tensors may be freed by the
     * garbage collector at any time, so memory before that says nothing.
     */
    @Test
    void resettingReturnsFreedMemoryAndResetsThePeak() {
        try (Torch torch = Torch.open("cpu")) {
            List<NDArray> small = new ArrayList<>();
            List<NDArray> large = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                large.add(torch.manager().ones(new Shape(4 * MIB))); // 16 MiB: from the heap, not mapped
                small.add(torch.manager().ones(new Shape(64)));
            }
            long full = MemoryUsage.ofThisProcess().resident();
            large.forEach(NDArray::close);
            assertThat(MemoryUsage.ofThisProcess().peakResident()).isGreaterThanOrEqualTo(full);

            MemoryUsage.resetPeak();
            MemoryUsage after = MemoryUsage.ofThisProcess();
            assertThat(after.resident()).isLessThan(full - 350 * MIB);
            assertThat(after.peakResident())
                    .isLessThan(full - 250 * MIB)
                    .isGreaterThanOrEqualTo(after.resident() - MIB);
            small.forEach(NDArray::close);
        }
    }
}

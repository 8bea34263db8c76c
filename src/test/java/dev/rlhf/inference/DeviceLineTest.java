package dev.rlhf.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Gpu;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DeviceLineTest {
    @Test
    void openingPrintsTheDeviceAndTheResolvedDtype() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Models models =
                Models.open(new EngineOptions("cpu", "auto"), new PrintStream(out, true, StandardCharsets.UTF_8))) {
            assertThat(models.compute()).isEqualTo(Dtype.FLOAT32);
        }
        assertThat(out.toString(StandardCharsets.UTF_8))
                .containsPattern("^device: cpu \\(\\d+ processors, [\\d.]+ GiB\\), dtype float32\\R$");
    }

    @Test
    void aGpuIsNamedWithItsMemory() {
        assertThat(DeviceLine.describe(new Gpu(1, "NVIDIA H100 80GB HBM3", 80L << 30, 9, 0)))
                .isEqualTo("cuda:1 (NVIDIA H100 80GB HBM3, 80.0 GiB, compute capability 9.0)");
    }

    @Test
    void anUnknownDtypeIsRefused() {
        assertThatThrownBy(() -> Models.open(new EngineOptions("cpu", "float16")))
                .isInstanceOf(InputException.class)
                .hasMessage("dtype: float16 is not one of auto, float32, bfloat16");
    }
}

package dev.rlhf.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GpuTroubleTest {
    private static final Libtorch CPU = new Libtorch(Path.of("/opt/torch"), "2.7.1+cpu", false);
    private static final Libtorch CUDA = new Libtorch(Path.of("/opt/torch"), "2.7.1+cu126", true);
    private static final NvidiaDriver DRIVER = new NvidiaDriver(true, "470.82.01", true);

    private record Runtime(int driverVersion) implements CudaRuntime {
        @Override
        public int deviceCount() {
            return 0;
        }

        @Override
        public Gpu gpu(int index) {
            throw new IndexOutOfBoundsException(index);
        }

        @Override
        public int version() {
            return 12060;
        }

        @Override
        public String failure() {
            return "no CUDA-capable device is detected";
        }

        @Override
        public DeviceMemory memory(int index) {
            throw new IndexOutOfBoundsException(index);
        }
    }

    private static String describe(NvidiaDriver driver, Libtorch libtorch, int supported) {
        return GpuDiagnosis.describe(driver, libtorch, () -> new Runtime(supported));
    }

    @Test
    void aCpuBuildIsReportedAsSuch() {
        assertThat(describe(DRIVER, CPU, 0))
                .startsWith("libtorch in /opt/torch is built for CPUs only; set PYTORCH_LIBRARY_PATH");
        assertThat(describe(DRIVER, CUDA, 12080)).doesNotContain("CPU");
    }

    @Test
    void aMachineWithoutAGpuIsReported() {
        assertThat(describe(new NvidiaDriver(false, "", false), CPU, 0))
                .isEqualTo("this machine has no NVIDIA GPU, or no driver for it");
    }

    @Test
    void aContainerWithoutTheDriverLibraryIsReported() {
        assertThat(describe(new NvidiaDriver(true, "550.54.15", false), CUDA, 0))
                .contains("libcuda.so.1", "--gpus all");
    }

    @Test
    void anOldDriverIsReportedWithItsCudaVersion() {
        assertThat(describe(DRIVER, CUDA, 11040))
                .startsWith("the NVIDIA driver 470.82.01 supports CUDA 11.4 at most and libtorch needs 12.6; install "
                        + "driver");
    }

    @Test
    void otherFailuresAreQuoted() {
        assertThat(describe(new NvidiaDriver(true, "", true), CUDA, 12040))
                .startsWith("CUDA says: no CUDA-capable device is detected (the NVIDIA driver, CUDA 12.6)");
    }

    @Test
    void versionsOfCudaAndTheDriver() {
        assertThat(GpuDiagnosis.versions(DRIVER, new Runtime(11040)))
                .isEqualTo("CUDA 12.6, NVIDIA driver 470.82.01 (CUDA 11.4 at most)");
        assertThat(GpuDiagnosis.versions(new NvidiaDriver(true, "", true), new Runtime(12080)))
                .isEqualTo("CUDA 12.6, NVIDIA driver (CUDA 12.8 at most)");
        assertThat(GpuDiagnosis.versions(new NvidiaDriver(false, "", false), new Runtime(0)))
                .isEqualTo("CUDA 12.6, no NVIDIA driver");
    }
}

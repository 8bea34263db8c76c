package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.recipe.Versions;
import dev.rlhf.tensor.Gpu;
import dev.rlhf.tensor.Libtorch;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DoctorTest {
    private static final long GIB = 1L << 30;
    private static final Map<String, String> LAUNCHED = Map.of("MALLOC_MMAP_THRESHOLD_", "1");

    private int code;

    private static final Gpu H100 = new Gpu(0, "NVIDIA H100", 80 * GIB, 9, 0);
    private static final Gpu T4 = new Gpu(1, "Tesla T4", 15 * GIB, 7, 5);

    private record FakeEngine(boolean cuda, List<Gpu> gpus, boolean gpuPresent, boolean correct)
            implements Doctor.Engine {
        @Override
        public String version() {
            return "2.7.1";
        }

        @Override
        public Libtorch libtorch() {
            return new Libtorch(Path.of("/opt/torch/lib"), cuda ? "2.7.1+cu126" : "", cuda);
        }

        @Override
        public Optional<String> cudaVersions() {
            return Optional.of("CUDA 12.6, NVIDIA driver 550.54 (CUDA 12.4 at most)");
        }

        @Override
        public String gpuDiagnosis() {
            return "the driver is too old";
        }

        @Override
        public boolean multiplies(String device) {
            assertThat(device).isEqualTo(gpus.isEmpty() ? "cpu" : "cuda:0");
            return correct;
        }

        @Override
        public void loadTokenizers() {}
    }

    private static final Doctor.Engine CPU = new FakeEngine(false, List.of(), false, true);

    private static Doctor.Machine machine(long memory, long heap, long disk, Map<String, String> environment) {
        return new Doctor.Machine(memory, heap, disk, false, environment);
    }

    private static final Doctor.Machine SOUND = machine(16 * GIB, 4 * GIB, 50 * GIB, LAUNCHED);

    private String examine(Doctor.Engine engine, Doctor.Machine machine) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        code = new Doctor(new Versions("1", "ab12", "25.0.1", "0.35.1", "2.7.1"), engine, () -> machine)
                .run(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aHealthyMachineIsOk() {
        String said = examine(CPU, SOUND);
        assertThat(said.lines()).hasSize(8).allMatch(line -> line.startsWith("ok "));
        assertThat(said)
                .contains("PyTorch 2.7.1 for CPUs only, in /opt/torch/lib; DJL 0.35.1", "no NVIDIA GPU here")
                .containsPattern("ok +product +.* on cpu is correct");
        assertThat(code).isZero();
    }

    @Test
    void everyGpuIsDescribed() {
        String said = examine(new FakeEngine(true, List.of(H100, T4), true, true), SOUND);
        assertThat(said)
                .contains("PyTorch 2.7.1+cu126 for CUDA 12.6, NVIDIA driver 550.54 (CUDA 12.4 at most), in "
                        + "/opt/torch/lib")
                .containsPattern("ok +cuda:0 +NVIDIA H100, .*compute capability 9.0, bfloat16; dtype: auto is bfloat16")
                .containsPattern("ok +cuda:1 +Tesla T4, .*capability 7.5, no bfloat16; dtype: auto is float32")
                .containsPattern("ok +product +.* on cuda:0 is correct");
        assertThat(code).isZero();
    }

    @Test
    void aGpuThatMultipliesWronglyIsAFailure() {
        assertThat(examine(new FakeEngine(true, List.of(H100), true, false), SOUND))
                .containsPattern("fail +product +.* on cuda:0 is wrong");
        assertThat(code).isEqualTo(2);
    }

    @Test
    void aGpuThatLibtorchCannotUseIsAFailureWithItsRemedy() {
        Doctor.Engine unusable = new FakeEngine(true, List.of(), true, true);
        assertThat(examine(unusable, SOUND)).containsPattern("fail +cuda +the driver is too old; --device cpu");
        assertThat(code).isEqualTo(2);

        Map<String, String> cpu = Map.of("RLHF_DEVICE", "cpu", "MALLOC_MMAP_THRESHOLD_", "1");
        assertThat(examine(unusable, machine(16 * GIB, 4 * GIB, 50 * GIB, cpu)))
                .containsPattern("ok +cuda +.*RLHF_DEVICE=cpu");
        assertThat(code).isZero();
    }

    @Test
    void anEngineThatDoesNotLoadIsAFailureAndIsNotUsedFurther() {
        assertThat(examine(new BrokenEngine(), SOUND))
                .containsPattern("fail +engine +libtorch does not load \\(no engine: libc10.so: no such file\\);"
                        + " build again")
                .containsPattern("fail +tokenizers +.*no tokenizers");
        assertThat(code).isEqualTo(2);
        assertThat(examine(
                        new BrokenEngine(),
                        machine(16 * GIB, 4 * GIB, 50 * GIB, Map.of("PYTORCH_LIBRARY_PATH", "/opt/torch"))))
                .containsPattern("fail +engine .*; check PYTORCH_LIBRARY_PATH, and unset PYTORCH_VERSION");
    }

    private static final class BrokenEngine implements Doctor.Engine {
        @Override
        public String version() {
            throw new IllegalStateException("no engine", new UnsatisfiedLinkError("libc10.so: no such file"));
        }

        @Override
        public Libtorch libtorch() {
            throw new AssertionError("asked");
        }

        @Override
        public List<Gpu> gpus() {
            throw new AssertionError("asked");
        }

        @Override
        public Optional<String> cudaVersions() {
            throw new AssertionError("asked");
        }

        @Override
        public boolean gpuPresent() {
            throw new AssertionError("asked");
        }

        @Override
        public String gpuDiagnosis() {
            throw new AssertionError("asked");
        }

        @Override
        public boolean multiplies(String device) {
            throw new AssertionError("asked");
        }

        @Override
        public void loadTokenizers() {
            throw new UnsatisfiedLinkError("no tokenizers");
        }
    }

    @Test
    void tightMemoryAndDiskAndAForeignLauncherAreNoted() {
        String said = examine(CPU, machine(2 * GIB, GIB, GIB, Map.of()));
        assertThat(said)
                .containsPattern("warn +memory")
                .containsPattern("warn +disk")
                .containsPattern("warn +settings");
        assertThat(code).isZero();
        assertThat(examine(CPU, machine(16 * GIB, 12 * GIB, GIB / 4, LAUNCHED)))
                .containsPattern("warn +memory .*RLHF_JAVA_OPTS=-Xmx2g")
                .containsPattern("fail +disk");
        assertThat(code).isEqualTo(2);
    }

    @Test
    void thisMachineRunsStages() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Doctor.ofThisMachine(Versions.detect()).run(new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(out.toString(StandardCharsets.UTF_8))
                .containsPattern("ok +tokenizers")
                .containsPattern("ok +engine +PyTorch 2.7.1")
                .containsPattern("ok +product");
    }
}

package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.recipe.Versions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DoctorTest {
    private static final long GIB = 1L << 30;
    private static final Map<String, String> LAUNCHED = Map.of("MALLOC_MMAP_THRESHOLD_", "1");

    private int code;

    private record Libtorch(int gpus) implements Doctor.Engine {
        @Override
        public String version() {
            return "2.7.1";
        }
    }

    private String examine(Doctor.Engine engine, Doctor.Machine machine) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        code = new Doctor(new Versions("1", "25.0.1", "0.35.1", "2.7.1"), engine, () -> machine)
                .run(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aSoundMachineIsOkThroughout() {
        String said = examine(new Libtorch(0), new Doctor.Machine(false, 16 * GIB, 4 * GIB, 50 * GIB, false, LAUNCHED));
        assertThat(said.lines()).hasSize(6).allMatch(line -> line.startsWith("ok "));
        assertThat(said).contains("PyTorch 2.7.1, DJL 0.35.1", "no NVIDIA GPU here");
        assertThat(code).isZero();
    }

    @Test
    void aGpuThatLibtorchCannotUseIsAFailureWithItsRemedy() {
        String said = examine(new Libtorch(0), new Doctor.Machine(true, 16 * GIB, 4 * GIB, 50 * GIB, false, LAUNCHED));
        assertThat(said).containsPattern("fail +cuda +.*PYTORCH_LIBRARY_PATH.*PYTORCH_FLAVOR=cu128");
        assertThat(code).isEqualTo(1);

        assertThat(examine(new Libtorch(2), new Doctor.Machine(true, 16 * GIB, 4 * GIB, 50 * GIB, false, LAUNCHED)))
                .containsPattern("ok +cuda +2 GPUs");
        assertThat(examine(
                        new Libtorch(0),
                        new Doctor.Machine(true, 16 * GIB, 4 * GIB, 50 * GIB, true, Map.of("RLHF_DEVICE", "cpu"))))
                .containsPattern("ok +cuda +.*RLHF_DEVICE=cpu");
    }

    @Test
    void anEngineThatDoesNotLoadIsAFailureAndNothingMoreIsAskedOfIt() {
        Doctor.Engine broken = new Doctor.Engine() {
            @Override
            public String version() {
                throw new UnsatisfiedLinkError("libc10.so: no such file");
            }

            @Override
            public int gpus() {
                throw new AssertionError("asked");
            }
        };
        assertThat(examine(broken, new Doctor.Machine(false, 16 * GIB, 4 * GIB, 50 * GIB, false, LAUNCHED)))
                .containsPattern("fail +engine +libtorch does not load \\(libc10.so: no such file\\)");
        assertThat(code).isEqualTo(1);
    }

    @Test
    void tightMemoryAndDiskAndAForeignLauncherAreNoted() {
        String said = examine(new Libtorch(0), new Doctor.Machine(false, 2 * GIB, GIB, GIB, false, Map.of()));
        assertThat(said)
                .containsPattern("warn +memory")
                .containsPattern("warn +disk")
                .containsPattern("warn +settings");
        assertThat(code).isZero();
        assertThat(examine(new Libtorch(0), new Doctor.Machine(false, 16 * GIB, 12 * GIB, GIB / 4, false, LAUNCHED)))
                .containsPattern("warn +memory .*RLHF_JAVA_OPTS=-Xmx2g")
                .containsPattern("fail +disk");
    }
}

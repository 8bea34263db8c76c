package dev.rlhf.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.rlhf.base.InputException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceChoiceTest {
    private record Gpus(int usable, boolean present) implements DeviceChoice.Gpus {
        @Override
        public String diagnosis() {
            return "the driver is too old";
        }
    }

    private static Device of(String name, int gpus, Map<String, String> environment) {
        return DeviceChoice.of(name, new Gpus(gpus, gpus > 0), environment);
    }

    @Test
    void autoRefusesAGpuThatLibtorchCannotUse() {
        Gpus unusable = new Gpus(0, true);
        assertThatThrownBy(() -> DeviceChoice.of("auto", unusable, Map.of()))
                .isInstanceOf(InputException.class)
                .hasMessage("device: auto: this machine has an NVIDIA GPU that libtorch cannot use: the driver is too"
                        + " old; or insist on the CPU with --device cpu");
        assertThat(DeviceChoice.of("cpu", unusable, Map.of())).isEqualTo(Device.cpu());
    }

    @Test
    void autoIsTheCpuIfTheEnvironmentSaysSo() {
        for (Gpus gpus : new Gpus[] {new Gpus(0, true), new Gpus(2, true)}) {
            assertThat(DeviceChoice.of("auto", gpus, Map.of("RLHF_DEVICE", "cpu")))
                    .isEqualTo(Device.cpu());
            assertThat(DeviceChoice.of("auto", gpus, Map.of("CUDA_VISIBLE_DEVICES", "")))
                    .isEqualTo(Device.cpu());
            assertThat(DeviceChoice.of("auto", gpus, Map.of("CUDA_VISIBLE_DEVICES", "-1")))
                    .isEqualTo(Device.cpu());
        }
        assertThat(DeviceChoice.of("auto", new Gpus(1, true), Map.of("CUDA_VISIBLE_DEVICES", "1")))
                .isEqualTo(Device.gpu(0));
    }

    @Test
    void withoutARankTheFirstGpuIsTaken() {
        assertThat(of("auto", 0, Map.of())).isEqualTo(Device.cpu());
        assertThat(of("auto", 4, Map.of())).isEqualTo(Device.gpu(0));
        assertThat(of("CUDA", 4, Map.of("LOCAL_RANK", " "))).isEqualTo(Device.gpu(0));
        assertThat(of("cuda:2", 4, Map.of())).isEqualTo(Device.gpu(2));
        assertThat(of("cpu", 4, Map.of())).isEqualTo(Device.cpu());
    }

    @Test
    void eachProcessOfAMachineUsesItsOwnGpu() {
        for (int rank = 0; rank < 4; rank++) {
            Map<String, String> environment = Map.of("LOCAL_RANK", "" + rank);
            assertThat(of("auto", 4, environment)).isEqualTo(Device.gpu(rank));
            assertThat(of("cuda", 4, environment)).isEqualTo(Device.gpu(rank));
            assertThat(of("cuda:1", 4, environment)).isEqualTo(Device.gpu(1));
            assertThat(of("cpu", 4, environment)).isEqualTo(Device.cpu());
            assertThat(of("auto", 0, environment)).isEqualTo(Device.cpu());
        }
    }

    @Test
    void aProcessThatSeesOneGpuUsesIt() {
        assertThat(of("auto", 1, Map.of("LOCAL_RANK", "3", "CUDA_VISIBLE_DEVICES", "3")))
                .isEqualTo(Device.gpu(0));
    }

    @ParameterizedTest
    @CsvSource({
        "auto, 2, 2, LOCAL_RANK is 2",
        "cuda, 1, 1, LOCAL_RANK is 1",
        "auto, 2, first, LOCAL_RANK is 'first'",
        "auto, 2, -1, LOCAL_RANK is '-1'",
        "cuda:2, 2, 0, this machine has 2 GPU(s)",
        "cuda, 0, 0, libtorch sees no CUDA GPU: the driver is too old",
        "gpu, 2, 0, 'is not one of auto, cpu, cuda, cuda:N'"
    })
    void whatIsNotThereIsRefused(String name, int gpus, String rank, String message) {
        assertThatThrownBy(() -> of(name, gpus, Map.of("LOCAL_RANK", rank)))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("device: " + name)
                .hasMessageContaining(message);
    }
}

package dev.rlhf.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NvidiaDriverTest {
    @TempDir
    Path root;

    @ParameterizedTest
    @CsvSource({
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023, 535.104.05",
        "'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86  Release Build  (dvs-builder)', 570.86"
    })
    void theKernelModuleStatesItsVersion(String line, String version) throws IOException {
        Path driver = Files.createDirectories(root.resolve("proc/driver/nvidia"));
        Files.writeString(driver.resolve("version"), line + "\nGCC version: gcc 12.2.0\n");
        assertThat(NvidiaDriver.detect(root, true)).isEqualTo(new NvidiaDriver(false, version, true));
        Files.createDirectories(driver.resolve("gpus/0000:00:04.0"));
        assertThat(NvidiaDriver.detect(root, false)).isEqualTo(new NvidiaDriver(true, version, false));
    }

    @Test
    void deviceFilesShowAGpu() throws IOException {
        assertThat(NvidiaDriver.detect(root, true).device()).isFalse();
        Files.createDirectories(root.resolve("dev"));
        Files.writeString(root.resolve("dev/nvidiactl"), "");
        assertThat(NvidiaDriver.detect(root, true).device()).isFalse();
        Files.writeString(root.resolve("dev/nvidia0"), "");
        assertThat(NvidiaDriver.detect(root, false)).isEqualTo(new NvidiaDriver(true, "", false));
    }

    @Test
    void windowsSubsystemForLinuxHasAGpuIfTheDriverIsNvidias() throws IOException {
        Files.createDirectories(root.resolve("dev"));
        Files.writeString(root.resolve("dev/dxg"), "");
        assertThat(NvidiaDriver.detect(root, true).device()).isTrue();
        assertThat(NvidiaDriver.detect(root, false).device()).isFalse();
    }
}

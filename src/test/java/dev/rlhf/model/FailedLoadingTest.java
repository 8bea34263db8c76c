package dev.rlhf.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.model.lora.LoraConfig;
import dev.rlhf.model.lora.ModulePattern;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.TestDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that cannot be loaded to the end leaves no tensor behind. */
class FailedLoadingTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/lora/llama");

    @TempDir
    private Path folder;

    private Torch torch;

    @BeforeEach
    void copy() throws IOException {
        for (String part : List.of("base", "adapter")) {
            Files.createDirectories(folder.resolve(part));
            try (Stream<Path> files = Files.list(GOLDEN.resolve(part))) {
                for (Path file : files.toList()) {
                    Files.copy(file, folder.resolve(part).resolve(file.getFileName()));
                }
            }
        }
    }

    @BeforeEach
    void openDevice() {
        torch = TestDevice.open();
    }

    @AfterEach
    void closeDevice() {
        torch.close();
    }

    private void leavesNothing(ThrowingCallable loading) {
        assertThatThrownBy(loading).isInstanceOf(InputException.class); // loads kernels and constants, which stay
        int before = torch.manager().getManagedArrays().size();
        assertThatThrownBy(loading).isInstanceOf(InputException.class);
        assertThat(torch.manager().getManagedArrays()).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAdapterWithoutItsBase(boolean trainable) throws IOException {
        Files.delete(folder.resolve("base/model.safetensors"));
        leavesNothing(() -> CausalLm.load(torch, folder.resolve("adapter"), Precision.of(Dtype.FLOAT32), trainable));
    }

    @Test
    void newAdaptersWithoutABase() throws IOException {
        Files.delete(folder.resolve("base/model.safetensors"));
        LoraConfig lora = LoraConfig.of(2, 4, 0, false, ModulePattern.of(List.of("all-linear")), List.of());
        leavesNothing(() -> CausalLm.adapt(torch, folder.resolve("base"), Precision.of(Dtype.FLOAT32), lora, 1));
    }
}

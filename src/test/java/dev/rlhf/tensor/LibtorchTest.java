package dev.rlhf.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import dev.rlhf.base.InputException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibtorchTest {
    @TempDir
    Path folder;

    private Path lib;

    @BeforeEach
    void setUp() throws IOException {
        lib = Files.createDirectories(folder.resolve("torch/lib"));
        touch("torch");
    }

    private void touch(String library) throws IOException {
        Files.writeString(lib.resolve(System.mapLibraryName(library)), "");
    }

    private Map<String, String> settings(boolean driver) {
        return Libtorch.settings(Map.of("PYTORCH_LIBRARY_PATH", lib.toString()), "2.7.1", true, driver);
    }

    @Test
    void pythonsPackageStatesItsBuild() throws IOException {
        touch("torch_cuda");
        Files.writeString(
                folder.resolve("torch/version.py"),
                "from typing import Optional\n\n__version__ = '2.7.1+cu126'\ndebug = False\ncuda: Optional[str] = "
                        + "'12.6'\n");
        assertThat(Libtorch.in(lib)).isEqualTo(new Libtorch(lib, "2.7.1+cu126", true));
        assertThat(Libtorch.in(lib).version()).isEqualTo("2.7.1");
    }

    @Test
    void theZipStatesItsBuild() throws IOException {
        Files.writeString(folder.resolve("torch/build-version"), "2.7.1+cpu\n");
        assertThat(Libtorch.in(lib)).isEqualTo(new Libtorch(lib, "2.7.1+cpu", false));
    }

    @Test
    void theFolderAloneDecidesBetweenTheBuilds() throws IOException {
        assertThat(settings(true)).isEqualTo(Map.of("PYTORCH_VERSION", "2.7.1", "PYTORCH_FLAVOR", "cpu"));
        touch("torch_cuda");
        assertThat(settings(true)).isEqualTo(Map.of("PYTORCH_VERSION", "2.7.1", "PYTORCH_FLAVOR", "cu128"));
    }

    @Test
    void aCudaBuildWithoutADriverLoadsForTheCpu() throws IOException {
        touch("torch_cuda");
        assertThat(settings(false)).containsEntry("PYTORCH_FLAVOR", "cpu");
    }

    @Test
    void userSettingsAreKept() {
        assertThat(Libtorch.settings(
                        Map.of(
                                "PYTORCH_LIBRARY_PATH",
                                "/none:" + lib.resolve(System.mapLibraryName("torch")),
                                "PYTORCH_FLAVOR",
                                "cu126"),
                        "2.7.1",
                        true,
                        true))
                .isEqualTo(Map.of("PYTORCH_VERSION", "2.7.1"));
    }

    @Test
    void withoutAFolderTheBundledLibtorchIsUsedOrTheDriverDecidesWhatIsDownloaded() {
        assertThat(Libtorch.settings(Map.of(), "2.7.1", true, false)).isEmpty();
        assertThat(Libtorch.settings(Map.of("PYTORCH_LIBRARY_PATH", " "), "2.7.1", false, true))
                .isEqualTo(Map.of("PYTORCH_FLAVOR", "cu128"));
        assertThat(Libtorch.settings(Map.of(), "2.7.1", false, false)).isEqualTo(Map.of("PYTORCH_FLAVOR", "cpu"));
    }

    @Test
    void anotherVersionIsRefused() throws IOException {
        Files.writeString(folder.resolve("torch/version.py"), "__version__ = '2.8.0+cu128'\n");
        assertThatThrownBy(() -> settings(true))
                .isInstanceOf(InputException.class)
                .hasMessage("PYTORCH_LIBRARY_PATH: PyTorch 2.8.0+cu128 in " + lib
                        + "; this program needs 2.7.1 (pip install torch==2.7.1)");
    }

    @Test
    void aFolderWithoutLibtorchIsRefused() {
        assertThatThrownBy(
                        () -> Libtorch.settings(Map.of("PYTORCH_LIBRARY_PATH", folder.toString()), "2.7.1", true, true))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("PYTORCH_LIBRARY_PATH: " + folder + " holds no ");
    }

    /** The offsets in libtorch's structures in {@link LibtorchCuda} are those of this version. */
    @Test
    void theRequiredVersionIsTheOneWhoseStructuresAreKnown() {
        assertThat(Libtorch.requiredVersion()).isEqualTo("2.7.1");
    }

    @Test
    void findsTheLoadedLibtorch() {
        try (Torch torch = Torch.open("cpu")) {
            assertThat(Torch.libtorch().folder()).isDirectoryContaining("glob:**torch_cpu*");
            assertThat(torch.gpu()).isEmpty();
            assertThat(torch.defaultDtype()).isEqualTo(Dtype.FLOAT32);
        }
    }

    @Test
    void aFailedDownloadSaysWhatToDo() {
        EngineException failure =
                new EngineException("Failed to save index file", new UnknownHostException("download.example"));
        assertThat(Libtorch.withRemedy(failure, ""))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("UnknownHostException: download.example")
                .hasMessageContaining("PYTORCH_LIBRARY_PATH")
                .hasMessageContaining("RLHF_DEVICE=cpu");
        assertThat(Libtorch.withRemedy(failure, "/opt/torch/lib")).isSameAs(failure);
        EngineException other = new EngineException("no such library");
        assertThat(Libtorch.withRemedy(other, "")).isSameAs(other);
    }
}

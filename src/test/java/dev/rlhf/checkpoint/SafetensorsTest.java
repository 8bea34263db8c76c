package dev.rlhf.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import dev.rlhf.base.InputException;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.HostMemory;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.EngineTest;
import dev.rlhf.text.Tokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest extends EngineTest {
    private static final float[] VALUES = {1, -2.5f, 0.5f, 3, 4, -1024};

    @TempDir
    Path folder;

    @Test
    void tensorsWrittenInAnyDtypeAreReadInAnyDtype() throws IOException {
        for (Dtype stored : new Dtype[] {Dtype.FLOAT32, Dtype.BFLOAT16, Dtype.FLOAT16, Dtype.FLOAT64}) {
            Path file = write(stored);
            for (Dtype wanted : new Dtype[] {Dtype.FLOAT32, Dtype.BFLOAT16, Dtype.FLOAT16}) {
                assertThat(floats(file, wanted, false))
                        .as("%s to %s", stored, wanted)
                        .containsExactly(VALUES);
                assertThat(floats(file, wanted, true))
                        .as("%s to %s, frozen", stored, wanted)
                        .containsExactly(VALUES);
            }
        }
    }

    @Test
    void frozenWeightsOfTheStoredDtypeAreMappedAndOutliveTheReader() throws IOException {
        Path file = write(Dtype.BFLOAT16);
        try (Torch cpu = Torch.open("cpu")) { // files are mapped on the CPU only
            NDArray first;
            NDArray second;
            try (Safetensors reader = Safetensors.open(file)) {
                try (Scope scope = new Scope()) {
                    first = scope.keep(reader.loadFrozen(cpu, "a", Dtype.BFLOAT16));
                }
                second = reader.loadFrozen(cpu, "b", Dtype.BFLOAT16);
                // One mapping: they lie as far apart as in the file.
                long apart = address(second, Dtype.BFLOAT16) - address(first, Dtype.BFLOAT16);
                assertThat(apart)
                        .isEqualTo(reader.info("b").begin() - reader.info("a").begin());
            }
            Files.delete(file);
            assertThat(floats(first)).containsExactly(VALUES);
            assertThat(floats(second)).containsExactly(7, 8);
            first.close();
            second.close();
        }
    }

    @Test
    void aTensorCanBeLoadedRepeatedlyAndClosedIndependently() throws IOException {
        Path file = write(Dtype.FLOAT32);
        try (Safetensors reader = Safetensors.open(file)) {
            NDArray once = reader.loadFrozen(torch, "a", Dtype.FLOAT32);
            try (Scope _ = new Scope()) {
                assertThat(reader.loadFrozen(torch, "a", Dtype.FLOAT32).toFloatArray())
                        .containsExactly(VALUES);
                assertThat(reader.loadFrozen(torch, "b", Dtype.FLOAT32).toFloatArray())
                        .containsExactly(7, 8);
            }
            assertThat(once.toFloatArray()).containsExactly(VALUES);
            assertThat(once.getShape().getShape()).containsExactly(2, 3);
            once.close();
            try (NDArray again = reader.loadFrozen(torch, "b", Dtype.FLOAT32)) {
                assertThat(again.toFloatArray()).containsExactly(7, 8);
            }
        }
    }

    @Test
    void writingToAMappedTensorDoesNotChangeTheFile() throws IOException {
        Path file = write(Dtype.FLOAT32);
        byte[] before = Files.readAllBytes(file);
        try (Safetensors reader = Safetensors.open(file);
                NDArray mapped = reader.loadFrozen(torch, "a", Dtype.FLOAT32)) {
            torch.kernels().invoke("zero_", List.of(mapped));
            assertThat(mapped.toFloatArray()).containsOnly(0);
            assertThat(floats(file, Dtype.FLOAT32, true)).containsExactly(VALUES);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void unalignedTensorsAreRead() throws IOException {
        Path file = folder.resolve("askew.safetensors");
        byte[] data = new byte[4 * VALUES.length];
        ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(VALUES);
        for (int blanks = 0; blanks < 4; blanks++) {
            String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}" + " ".repeat(blanks);
            writeRaw(file, header, data);
            assertThat(floats(file, Dtype.FLOAT32, true))
                    .as("%d", header.length())
                    .containsExactly(VALUES);
            assertThat(floats(file, Dtype.FLOAT32, false)).containsExactly(VALUES);
        }
    }

    @Test
    void filesOverTwoGibibytesAreReadWithoutLoadingThemIntoMemory() throws IOException {
        Path file = folder.resolve("sparse.safetensors");
        long elements = 700_000_000; // 2.8 GB, of which the disk holds a page or two
        String header = "{\"big\":{\"dtype\":\"F32\",\"shape\":[" + elements + "],\"data_offsets\":[0," + 4 * elements
                + "]},\"a\":{\"dtype\":\"F32\",\"shape\":[6],\"data_offsets\":[" + 4 * elements + ","
                + (4 * elements + 24)
                + "]}}";
        header += " ".repeat(8 - header.length() % 8);
        writeRaw(file, header, new byte[0]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer last =
                    ByteBuffer.allocate(28).order(ByteOrder.LITTLE_ENDIAN).putFloat(42);
            for (float value : VALUES) {
                last.putFloat(value);
            }
            channel.write(last.flip(), 8 + header.length() + 4 * elements - 4);
        }
        long before = torch.memory().resident();
        try (Torch cpu = Torch.open("cpu"); // files are mapped on the CPU only
                Safetensors reader = Safetensors.open(file);
                NDArray big = reader.loadFrozen(cpu, "big", Dtype.FLOAT32)) {
            assertThat(big.getFloat(elements - 1)).isEqualTo(42);
            assertThat(big.getFloat(elements / 2)).isZero();
            assertThat(floats(file, Dtype.FLOAT32, true)).containsExactly(VALUES);
            assertThat(floats(file, Dtype.FLOAT32, false)).containsExactly(VALUES);
            assertThat(torch.memory().resident() - before)
                    .isLessThan(512L << 20); // of 2.8 GB; others' garbage moves it
        }
    }

    @Test
    void damagedFilesAreRefusedByName() throws IOException {
        Path file = folder.resolve("x.safetensors");
        for (String header : new String[] {
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[200],\"data_offsets\":[0,800]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-4,4]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,-8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}"
        }) {
            writeRaw(file, header, new byte[16]);
            assertThatThrownBy(() -> Safetensors.open(file))
                    .isInstanceOf(InputException.class)
                    .hasMessage(file + ": tensor a is outside the file; it is cut off or damaged");
        }
        writeRaw(file, "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[1],\"data_offsets\":[0,1]}}", new byte[1]);
        assertThatThrownBy(() -> Safetensors.open(file))
                .hasMessageContaining("tensor a has dtype F8_E4M3, which is not");
        // without a length; with a header of 0 bytes; with one of more bytes than there are
        for (byte[] bytes : new byte[][] {{1, 2, 3}, new byte[16], {3, 0, 0, 0, 0, 0, 0, 0, '{', '}'}}) {
            Files.write(file, bytes);
            assertThatThrownBy(() -> Safetensors.open(file)).hasMessage(file + ": not a safetensors file, or cut off");
        }
        assertThatThrownBy(() -> Safetensors.open(folder.resolve("none")))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith("none: no such file");
    }

    @Test
    void aGitLfsPointerIsRecognised() throws IOException {
        for (String name : List.of("model.safetensors", "tokenizer.json")) {
            Files.writeString(
                    folder.resolve(name), "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n");
        }
        assertThatThrownBy(() -> Safetensors.open(folder.resolve("model.safetensors")))
                .isInstanceOf(InputException.class)
                .hasMessage(folder.resolve("model.safetensors")
                        + ": is a Git LFS pointer, not the file itself; run `git lfs pull` where it was cloned");
        assertThatThrownBy(() -> Tokenizer.load(folder))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("tokenizer.json: is a Git LFS pointer");
    }

    private Path write(Dtype dtype) throws IOException {
        Path file = folder.resolve(dtype + ".safetensors");
        try (NDArray a = torch.floats(VALUES, 2, 3);
                NDArray b = torch.floats(new float[] {7, 8}, 2)) {
            Map<String, NDArray> tensors = new LinkedHashMap<>();
            tensors.put("a", a);
            tensors.put("b", b);
            Safetensors.write(file, torch, tensors, dtype, Map.of("format", "pt"));
        }
        return file;
    }

    private static void writeRaw(Path file, String header, byte[] data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(file, all.putLong(json.length).put(json).put(data).array());
    }

    private static float[] floats(Path file, Dtype dtype, boolean frozen) {
        try (Safetensors reader = Safetensors.open(file);
                NDArray tensor = frozen ? reader.loadFrozen(torch, "a", dtype) : reader.load(torch, "a", dtype)) {
            return floats(tensor);
        }
    }

    private static float[] floats(NDArray tensor) {
        try (NDArray wide = Dtype.FLOAT32.cast(torch, tensor)) {
            return wide.toFloatArray();
        }
    }

    private static long address(NDArray tensor, Dtype dtype) {
        return HostMemory.view(tensor, dtype).address();
    }
}

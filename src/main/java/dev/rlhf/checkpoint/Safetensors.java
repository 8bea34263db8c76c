package dev.rlhf.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.InputFile;
import dev.rlhf.base.Json;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.HostMemory;
import dev.rlhf.tensor.Torch;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file of any size. Opening reads only the header; a tensor's bytes are mapped when it is loaded and
 * never pass through the Java heap. Format: 8 bytes little-endian header length, JSON header, data.
 *
 * <p>Closed by its creator; loaded tensors outlive it. One thread at a time.
 */
public final class Safetensors implements AutoCloseable {
    private static final long LARGEST_HEADER = 100_000_000; // the reference implementation's limit

    private final Path file;
    private final FileChannel channel;
    private final long dataStart;
    private final Map<String, TensorInfo> tensors;
    private final Map<Dtype, MappedTensors> mapped = new EnumMap<>(Dtype.class);

    private Safetensors(Path file, FileChannel channel, long dataStart, Map<String, TensorInfo> tensors) {
        this.file = file;
        this.channel = channel;
        this.dataStart = dataStart;
        this.tensors = tensors;
    }

    /**
     * Opens a file.
     *
     * @throws InputException if it is missing, a Git LFS pointer, truncated or not safetensors
     */
    public static Safetensors open(Path file) {
        InputFile.check(file);
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                long headerLength =
                        channel.size() < 8 ? -1 : read(channel, 0, 8).getLong();
                if (headerLength < 2 || headerLength > LARGEST_HEADER || headerLength > channel.size() - 8) {
                    throw InputException.at(file, "not a safetensors file, or cut off");
                }
                String header = StandardCharsets.UTF_8
                        .decode(read(channel, 8, (int) headerLength))
                        .toString();
                long dataStart = 8 + headerLength;
                return new Safetensors(file, channel, dataStart, parse(file, header, channel.size() - dataStart));
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, at + bytes.position()) < 0) {
                throw new EOFException("it ends at byte " + channel.size());
            }
        }
        return bytes.flip();
    }

    private static Map<String, TensorInfo> parse(Path file, String header, long dataBytes) {
        Map<String, TensorInfo> tensors = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, JsonNode> entry :
                    Json.mapper().readTree(header).properties()) {
                if (!entry.getKey().equals("__metadata__")) {
                    TensorInfo info = info(file, entry.getKey(), entry.getValue());
                    if (info.begin() < 0 || info.end() > dataBytes || !info.isConsistent()) {
                        throw InputException.at(
                                file, "tensor " + info.name() + " is outside the file; it is cut off or damaged");
                    }
                    tensors.put(info.name(), info);
                }
            }
        } catch (JsonProcessingException e) {
            throw InputException.at(file, "damaged safetensors header: " + Json.reason(e));
        }
        return tensors;
    }

    private static TensorInfo info(Path file, String name, JsonNode node) {
        String stored = node.path("dtype").asText();
        Dtype dtype = Arrays.stream(Dtype.values())
                .filter(d -> d.safetensors().equals(stored))
                .findFirst()
                .orElseThrow(() -> InputException.at(
                        file, "tensor " + name + " has dtype " + stored + ", which is not supported"));
        long[] shape = new long[node.path("shape").size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = node.path("shape").get(i).asLong();
        }
        JsonNode offsets = node.path("data_offsets");
        return new TensorInfo(
                name, dtype, shape, offsets.path(0).asLong(-1), offsets.path(1).asLong(-1));
    }

    /** Returns the tensors by name, in the file's order. */
    public Map<String, TensorInfo> tensors() {
        return tensors;
    }

    /**
     * Returns the header entry of a tensor.
     *
     * @throws InputException if there is no such tensor
     */
    public TensorInfo info(String name) {
        TensorInfo info = tensors.get(name);
        if (info == null) {
            throw InputException.at(file, "no tensor " + name);
        }
        return info;
    }

    /** Loads a copy of a tensor in {@code dtype} onto the engine's device; no part of the file stays mapped. */
    public NDArray load(Torch torch, String name, Dtype dtype) {
        TensorInfo info = info(name);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes =
                    channel.map(FileChannel.MapMode.READ_ONLY, dataStart + info.begin(), info.length(), arena);
            if (!aligned(info)) {
                bytes = arena.allocate(info.length(), info.dtype().bytes()).copyFrom(bytes);
            }
            try (NDArray stored = HostMemory.wrap(torch, bytes, info.dtype(), info.shape());
                    NDArray anchor = torch.manager().zeros(new Shape())) {
                return torch.kernels().call("copy_to", stored, anchor, dtype.scalarType());
            }
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    /**
     * Loads a tensor that is only read. On the CPU and in its stored dtype it is a view of the mapped file, which takes
     * no memory of its own and is read from the disk at its first use; otherwise it is a copy. The file must not be
     * overwritten in place while the tensor exists (this program's own saves rename). Writing into the tensor does not
     * change the file.
     */
    public NDArray loadFrozen(Torch torch, String name, Dtype dtype) {
        TensorInfo info = info(name);
        if (torch.onGpu() || info.dtype() != dtype || !aligned(info) || info.length() == 0) {
            return load(torch, name, dtype);
        }
        return mapped.computeIfAbsent(dtype, type -> map(torch, type)).take(info);
    }

    private MappedTensors map(Torch torch, Dtype dtype) {
        List<TensorInfo> all = tensors.values().stream()
                .filter(info -> info.dtype() == dtype && aligned(info) && info.length() > 0)
                .toList();
        return new MappedTensors(torch, file, dataStart, dtype, all);
    }

    /** Returns whether {@link #loadFrozen} has returned views of the file, which may not have been read yet. */
    boolean mapped() {
        return !mapped.isEmpty();
    }

    /**
     * Returns whether a tensor is aligned to its dtype. Headers may have any length, so a file may have no aligned
     * tensor.
     */
    private boolean aligned(TensorInfo info) {
        return (dataStart + info.begin()) % info.dtype().bytes() == 0;
    }

    /**
     * Writes tensors in the map's order.
     *
     * @param dtype the stored dtype of floating-point tensors; int64 tensors keep theirs
     * @param metadata strings for the header; transformers expects {@code format: pt}
     */
    public static void write(
            Path file, Torch torch, Map<String, NDArray> tensors, Dtype dtype, Map<String, String> metadata)
            throws IOException {
        SafetensorsWriter.write(file, torch, tensors, dtype, metadata);
    }

    @Override
    public void close() {
        mapped.values().forEach(MappedTensors::close);
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be closed", e);
        }
    }
}

package dev.rlhf.checkpoint;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.HostMemory;
import dev.rlhf.tensor.Torch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A safetensors file, mapped into memory: opening reads the header alone, a tensor's bytes are read when it is asked for, and
 * files of any size work. Format: 8 bytes little-endian header length, JSON header, data.
 *
 * <p>Readers may share it between threads. Tensors handed out own their memory and outlive it.
 */
public final class Safetensors implements AutoCloseable {
    private static final long LARGEST_HEADER = 100_000_000; // the reference implementation's limit
    private static final ValueLayout.OfLong LITTLE_LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path file;
    private final Arena arena;
    private final MemorySegment data;
    private final Map<String, TensorInfo> tensors;

    private Safetensors(Path file, Arena arena, MemorySegment data, Map<String, TensorInfo> tensors) {
        this.file = file;
        this.arena = arena;
        this.data = data;
        this.tensors = tensors;
    }

    /** @throws InputException if the file is missing, cut off or not safetensors */
    public static Safetensors open(Path file) {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment whole = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            long headerLength = whole.byteSize() < 8 ? -1 : whole.get(LITTLE_LONG, 0);
            if (headerLength < 2 || headerLength > LARGEST_HEADER || headerLength > whole.byteSize() - 8) {
                throw InputException.at(file, "not a safetensors file, or cut off");
            }
            String header =
                    new String(whole.asSlice(8, headerLength).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
            MemorySegment data = whole.asSlice(8 + headerLength);
            return new Safetensors(file, arena, data, parse(file, header, data.byteSize()));
        } catch (IOException e) {
            arena.close();
            throw new InputException(file + ": cannot be read (" + e.getMessage() + ")", e);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private static Map<String, TensorInfo> parse(Path file, String header, long dataBytes) {
        Map<String, TensorInfo> tensors = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, JsonNode> entry :
                    Json.mapper().readTree(header).properties()) {
                if (!entry.getKey().equals("__metadata__")) {
                    TensorInfo info = info(file, entry.getKey(), entry.getValue());
                    if (info.begin() < 0
                            || info.end() > dataBytes
                            || info.end() - info.begin()
                                    != info.elements() * info.dtype().bytes()) {
                        throw InputException.at(
                                file, "tensor " + info.name() + " lies outside of the file; it is cut off or damaged");
                    }
                    tensors.put(info.name(), info);
                }
            }
        } catch (JsonProcessingException e) {
            throw InputException.at(file, "damaged safetensors header: " + e.getOriginalMessage());
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

    /** By name, in the file's order. */
    public Map<String, TensorInfo> tensors() {
        return tensors;
    }

    TensorInfo info(String name) {
        TensorInfo info = tensors.get(name);
        if (info == null) {
            throw InputException.at(file, "no tensor " + name);
        }
        return info;
    }

    /** The tensor on the engine's device, in {@code dtype}; one copy, straight from the mapped file. */
    public NDArray load(Torch torch, String name, Dtype dtype) {
        TensorInfo info = info(name);
        MemorySegment bytes = data.asSlice(info.begin(), info.end() - info.begin());
        try (NDArray mapped = HostMemory.wrap(torch, bytes, info.dtype(), info.shape());
                NDArray anchor = torch.manager().create(0)) {
            return torch.kernels().call("onto", mapped, anchor, dtype.scalarType());
        }
    }

    /**
     * Writes tensors in the map's order.
     *
     * @param dtype what floating-point tensors are stored as; int64 tensors stay what they are
     * @param metadata strings for the header; transformers wants {@code format: pt}
     */
    public static void write(
            Path file, Torch torch, Map<String, NDArray> tensors, Dtype dtype, Map<String, String> metadata)
            throws IOException {
        SafetensorsWriter.write(file, torch, tensors, dtype, metadata);
    }

    @Override
    public void close() {
        arena.close();
    }
}

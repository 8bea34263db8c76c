package dev.rlhf.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.HostMemory;
import dev.rlhf.tensor.Torch;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Writes a safetensors file: the header, which depends only on shapes, then one tensor after another from native
 * memory.
 */
final class SafetensorsWriter {
    private static final long CHUNK = 1L << 30;

    private SafetensorsWriter() {}

    /**
     * Writes tensors in the order of the map.
     *
     * @param dtype the stored dtype; integers stay int64
     * @param metadata {@code __metadata__} in the header
     */
    static void write(Path file, Torch torch, Map<String, NDArray> tensors, Dtype dtype, Map<String, String> metadata)
            throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            writeFully(channel, header(tensors, dtype, metadata));
            for (NDArray tensor : tensors.values()) {
                Dtype stored = storedType(tensor, dtype);
                try (NDArray cast = stored.cast(torch, tensor);
                        NDArray host = torch.kernels().call("to_cpu", cast)) {
                    writeFully(channel, HostMemory.view(host, stored));
                }
            }
        }
    }

    /** Returns the size of a tensor in the file, in bytes. */
    static long bytes(NDArray tensor, Dtype dtype) {
        return tensor.getShape().size() * storedType(tensor, dtype).bytes();
    }

    private static Dtype storedType(NDArray tensor, Dtype wanted) {
        return tensor.getDataType() == DataType.INT64 ? Dtype.INT64 : wanted;
    }

    private static ByteBuffer header(Map<String, NDArray> tensors, Dtype dtype, Map<String, String> metadata)
            throws IOException {
        ObjectNode root = Json.mapper().createObjectNode();
        metadata.forEach(root.withObject("/__metadata__")::put);
        long offset = 0;
        for (Map.Entry<String, NDArray> entry : tensors.entrySet()) {
            NDArray tensor = entry.getValue();
            Dtype stored = storedType(tensor, dtype);
            ObjectNode node = root.putObject(entry.getKey());
            node.put("dtype", stored.safetensors());
            for (long size : tensor.getShape().getShape()) {
                node.withArray("/shape").add(size);
            }
            if (tensor.getShape().dimension() == 0) {
                node.putArray("shape");
            }
            long end = offset + bytes(tensor, dtype);
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = Json.mapper().writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8; // aligns the data; spaces are allowed at the end
        ByteBuffer buffer = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(padded).put(json);
        while (buffer.hasRemaining()) {
            buffer.put((byte) ' ');
        }
        return buffer.flip();
    }

    private static void writeFully(FileChannel channel, MemorySegment bytes) throws IOException {
        for (long at = 0; at < bytes.byteSize(); at += CHUNK) {
            writeFully(
                    channel,
                    bytes.asSlice(at, Math.min(CHUNK, bytes.byteSize() - at)).asByteBuffer());
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}

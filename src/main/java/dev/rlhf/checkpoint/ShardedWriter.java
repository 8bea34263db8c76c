package dev.rlhf.checkpoint;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes weights as {@code save_pretrained} does: one file, or {@code model-00001-of-00003.safetensors} … with an
 * index.
 */
final class ShardedWriter {
    static final String SINGLE = "model.safetensors";

    private ShardedWriter() {}

    /** Writes tensors in the order of the map; parameters as in {@link HfFolder#write}. */
    static void write(Path folder, Torch torch, Map<String, NDArray> tensors, Dtype dtype, ShardSize limit)
            throws IOException {
        Map<String, Long> sizes = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> sizes.put(name, SafetensorsWriter.bytes(tensor, dtype)));
        List<List<String>> shards = plan(sizes, limit);
        Map<String, String> weightMap = new TreeMap<>();
        for (int i = 0; i < shards.size(); i++) {
            String file = shards.size() == 1
                    ? SINGLE
                    : String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
            Map<String, NDArray> part = new LinkedHashMap<>();
            shards.get(i).forEach(name -> part.put(name, tensors.get(name)));
            shards.get(i).forEach(name -> weightMap.put(name, file));
            Safetensors.write(folder.resolve(file), torch, part, dtype, Map.of("format", "pt"));
        }
        if (shards.size() > 1) {
            ObjectNode index = Json.mapper().createObjectNode();
            index.putObject("metadata")
                    .put(
                            "total_parameters",
                            tensors.values().stream()
                                    .mapToLong(t -> t.getShape().size())
                                    .sum())
                    .put(
                            "total_size",
                            sizes.values().stream().mapToLong(Long::longValue).sum());
            weightMap.forEach(index.putObject("weight_map")::put);
            Json.mapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValue(folder.resolve(ShardIndex.NAME).toFile(), index);
        }
    }

    /**
     * Assigns names to shards, in order, and starts a new shard if the next tensor would exceed the limit. Returns at
     * least one shard.
     */
    static List<List<String>> plan(Map<String, Long> sizes, ShardSize limit) {
        List<List<String>> shards = new ArrayList<>(List.of(new ArrayList<>()));
        long filled = 0;
        for (Map.Entry<String, Long> tensor : sizes.entrySet()) {
            if (filled > 0 && filled + tensor.getValue() > limit.bytes()) {
                shards.add(new ArrayList<>());
                filled = 0;
            }
            shards.getLast().add(tensor.getKey());
            filled += tensor.getValue();
        }
        return shards;
    }
}

package dev.rlhf.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.InputFile;
import dev.rlhf.base.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The index of a sharded checkpoint, {@code model.safetensors.index.json}: which tensors are in which shard. Immutable.
 * @param tensorsByShard the names of the tensors in each shard, by file name, sorted
 */
record ShardIndex(Path file, Map<String, SortedSet<String>> tensorsByShard) {
    static final String NAME = "model.safetensors.index.json";

    private static final int SHOWN = 5;

    /**
     * Reads an index.
     *
     * @throws InputException if it is damaged, or names a shard that is not a file name
     */
    static ShardIndex read(Path file) {
        JsonNode map;
        try {
            map = Json.mapper().readTree(InputFile.text(file)).path("weight_map");
        } catch (JsonProcessingException e) {
            throw InputException.at(file, "not readable as JSON: " + Json.reason(e));
        }
        Map<String, SortedSet<String>> tensors = new TreeMap<>();
        map.properties().forEach(entry -> {
            String shard = entry.getValue().asText();
            if (!shard.endsWith(".safetensors") || shard.contains("/") || shard.contains("\\")) {
                throw InputException.at(
                        file, entry.getKey() + " is in \"" + shard + "\", which is not the name of a shard");
            }
            tensors.computeIfAbsent(shard, name -> new TreeSet<>()).add(entry.getKey());
        });
        if (tensors.isEmpty()) {
            throw InputException.at(file, "has no weight_map");
        }
        return new ShardIndex(file, tensors);
    }

    /** @throws InputException if a shard is not a file in {@code folder} */
    void refuseMissingShards(Path folder) {
        List<String> missing = tensorsByShard.keySet().stream()
                .filter(shard -> !Files.isRegularFile(folder.resolve(shard)))
                .toList();
        if (!missing.isEmpty()) {
            throw InputException.at(
                    file,
                    missing.size() + " of its " + tensorsByShard.size() + " shards are missing: " + first(missing)
                            + "; fetch or copy the checkpoint again");
        }
    }

    /** @param absent tensors that the index lists and the shards do not have */
    void refuseAbsentTensors(List<String> absent) {
        if (!absent.isEmpty()) {
            throw InputException.at(
                    file,
                    "names " + absent.size() + " tensors that are not in their shards: " + first(absent)
                            + "; index and shards are of different checkpoints");
        }
    }

    private static String first(List<String> names) {
        return names.stream().limit(SHOWN).collect(Collectors.joining(", ")) + (names.size() > SHOWN ? ", …" : "");
    }
}

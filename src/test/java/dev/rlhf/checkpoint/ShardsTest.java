package dev.rlhf.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.testing.EngineTest;
import dev.rlhf.testing.TinyModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardsTest extends EngineTest {
    private static final String INDEX = "model.safetensors.index.json";

    @TempDir
    Path folder;

    @Test
    void aShardEndsBeforeTheTensorThatWouldExceedTheLimit() {
        Map<String, Long> sizes = new LinkedHashMap<>();
        List.of("a 4", "b 4", "c 3", "huge 30", "d 8", "e 2").forEach(entry -> {
            String[] parts = entry.split(" ", 2);
            sizes.put(parts[0], Long.parseLong(parts[1]));
        });
        assertThat(ShardedWriter.plan(sizes, new ShardSize(10)))
                .containsExactly(List.of("a", "b"), List.of("c"), List.of("huge"), List.of("d", "e"));
        assertThat(ShardedWriter.plan(sizes, new ShardSize(100))).hasSize(1);
        assertThat(ShardedWriter.plan(Map.of(), new ShardSize(100))).containsExactly(List.of());
    }

    @Test
    void sizesAreReadAsTransformersReadsThem() {
        assertThat(ShardSize.parse("5GB").bytes()).isEqualTo(5_000_000_000L);
        assertThat(ShardSize.parse("500MB").bytes()).isEqualTo(500_000_000L);
        assertThat(ShardSize.parse("2GiB").bytes()).isEqualTo(2L << 30);
        assertThat(ShardSize.parse("1.5KiB").bytes()).isEqualTo(1536);
        assertThat(ShardSize.parse("4096").bytes()).isEqualTo(4096);
        for (String wrong : new String[] {"", "0", "GB", "5 gigs", "-1GB", "5gb"}) {
            assertThatThrownBy(() -> ShardSize.parse(wrong))
                    .isInstanceOf(InputException.class)
                    .hasMessageStartingWith("max_shard_size: ");
        }
    }

    @Test
    void aModelSavedInShardsIsTheSameModel() throws IOException {
        Path whole = TinyModels.llama(folder.resolve("whole"), 3);
        Path sharded = Files.createDirectories(folder.resolve("sharded"));
        save(whole, sharded, "40KB");
        JsonNode index = Json.mapper().readTree(sharded.resolve(INDEX).toFile());
        long parameters;
        try (CausalLm a = CausalLm.load(torch, whole, Precision.of(Dtype.FLOAT32), false);
                CausalLm b = CausalLm.load(torch, sharded, Precision.of(Dtype.FLOAT32), false)) {
            parameters = a.parameters().count();
            assertThat(b.parameters().map().keySet())
                    .isEqualTo(a.parameters().map().keySet());
            a.parameters()
                    .map()
                    .forEach((name, tensor) -> assertThat(
                                    b.parameters().get(name).toFloatArray())
                            .as(name)
                            .isEqualTo(tensor.toFloatArray()));
        }
        assertThat(index.at("/metadata/total_size").asLong()).isEqualTo(4 * parameters);
        assertThat(index.at("/metadata/total_parameters").asLong()).isEqualTo(parameters);
        TreeSet<String> named = new TreeSet<>();
        index.path("weight_map").forEach(file -> named.add(file.asText()));
        assertThat(named).hasSizeGreaterThan(2).contains("model-00001-of-%05d.safetensors".formatted(named.size()));
        assertThat(names(sharded)).containsAll(named).doesNotContain("model.safetensors");
        for (String file : named) { // transformers refuses weights without a format
            byte[] start = Arrays.copyOfRange(Files.readAllBytes(sharded.resolve(file)), 8, 100);
            assertThat(new String(start, StandardCharsets.US_ASCII))
                    .startsWith("{\"__metadata__\":{\"format\":\"pt\"}");
        }
        assertThat(index.path("weight_map").has("lm_head.weight"))
                .as("tied, so stored once")
                .isFalse();
    }

    @Test
    void namesOfFilesHaveTheSameDigitsInEveryLocale() throws IOException {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("fa"));
        try (NDArray a = torch.floats(new float[] {1, 2}, 2);
                NDArray b = torch.floats(new float[] {3, 4}, 2)) {
            Map<String, NDArray> tensors = new TreeMap<>(Map.of("a", a, "b", b));
            ShardedWriter.write(folder, torch, tensors, Dtype.FLOAT32, new ShardSize(8));
            TrainingState.save(folder, 7, torch, tensors, Json.mapper().createObjectNode());
        } finally {
            Locale.setDefault(before);
        }
        assertThat(folder.resolve("model-00001-of-00002.safetensors")).exists();
        assertThat(TrainingState.latest(folder)).isPresent();
    }

    @Test
    void anIndexThatDoesNotMatchItsShardsIsRefused() throws IOException {
        Path model = TinyModels.llama(folder.resolve("model"), 3);
        Path sharded = Files.createDirectories(folder.resolve("sharded"));
        save(model, sharded, "40KB");
        Path index = sharded.resolve(INDEX);
        ObjectNode json = (ObjectNode) Json.mapper().readTree(index.toFile());
        String shard = json.path("weight_map").path("model.norm.weight").asText();
        ((ObjectNode) json.path("weight_map")).put("model.ghost.weight", shard);
        Json.mapper().writeValue(index.toFile(), json);
        assertThatThrownBy(() -> CausalLm.load(torch, sharded, Precision.of(Dtype.FLOAT32), false))
                .isInstanceOf(InputException.class)
                .hasMessage(index + ": names 1 tensors that are not in their shards: model.ghost.weight in " + shard
                        + "; index and shards are of different checkpoints");
        Files.delete(sharded.resolve(shard));
        assertThatThrownBy(() -> CausalLm.load(torch, sharded, Precision.of(Dtype.FLOAT32), false))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(index + ": 1 of its ")
                .hasMessageContaining("shards are missing: " + shard);
    }

    @Test
    void everyMismatchedTensorIsNamedGroupedOverLayers() throws IOException {
        Path model = TinyModels.llama(folder.resolve("model"), 3);
        Path file = model.resolve("config.json");
        ObjectNode config = (ObjectNode) Json.mapper().readTree(file.toFile());
        config.put("num_hidden_layers", 40).put("intermediate_size", 48).put("tie_word_embeddings", false);
        Json.mapper().writeValue(file.toFile(), config);
        assertThatThrownBy(() -> CausalLm.load(torch, model, Precision.of(Dtype.FLOAT32), false))
                .isInstanceOf(InputException.class)
                .message()
                .satisfies(message -> {
                    List<String> lines = message.lines().toList();
                    assertThat(lines).hasSize(3);
                    assertThat(lines.get(0))
                            .isEqualTo(model + ": the weights do not fit config.json; both must be of one checkpoint");
                    assertThat(lines.get(1))
                            .startsWith("  343 missing: ")
                            .contains("model.layers.*.mlp.up_proj.weight (38)", "and 2 more such");
                    assertThat(lines.get(2))
                            .startsWith("  6 of another shape: ")
                            .contains("model.layers.*.mlp.up_proj.weight (2) is [64, 32], not [48, 32]");
                });
    }

    @Test
    void aFailedSaveLeavesOnlyTheOldCheckpoint() throws IOException {
        Path model = TinyModels.llama(folder.resolve("runs/model"), 3);
        byte[] before = Files.readAllBytes(model.resolve("model.safetensors"));
        assertThatThrownBy(() -> AtomicFiles.writeFolder(model, temporary -> {
                    save(model, temporary, "40KB");
                    throw new IOException("disk full");
                }))
                .hasMessage("disk full");
        assertThat(Files.readAllBytes(model.resolve("model.safetensors"))).isEqualTo(before);
        assertThat(names(folder.resolve("runs"))).containsExactly("model");
    }

    @Test
    void aModelCanBeSavedOverTheFilesItIsMappedFrom() throws IOException {
        Path model = TinyModels.llama(folder.resolve("model"), 3);
        try (CausalLm frozen = CausalLm.load(torch, model, Precision.of(Dtype.FLOAT32), false)) {
            float[] before = frozen.parameters().get("model.norm.weight").toFloatArray();
            AtomicFiles.writeFolder(
                    model, temporary -> frozen.write(temporary, Dtype.BFLOAT16, ShardSize.parse("40KB")));
            assertThat(frozen.parameters().get("model.norm.weight").toFloatArray())
                    .isEqualTo(before);
        }
        try (CausalLm narrow = CausalLm.load(torch, model, Precision.of(Dtype.BFLOAT16), false)) {
            assertThat(narrow.parameters().count()).isPositive();
        }
    }

    private static void save(Path from, Path to, String limit) throws IOException {
        try (CausalLm model = CausalLm.load(torch, from, Precision.of(Dtype.FLOAT32), false)) {
            model.write(to, Dtype.FLOAT32, ShardSize.parse(limit));
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}

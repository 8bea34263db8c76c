package dev.rlhf.checkpoint;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A checkpoint folder as Hugging Face's {@code save_pretrained} writes it: {@code config.json} and {@code model.safetensors},
 * whole or in shards with an index. Tokenizer files are carried along untouched.
 */
public final class HfFolder {
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final List<String> COMPANIONS = List.of(
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "tokenizer.model",
            "chat_template.jinja");

    private final Path folder;

    private HfFolder(Path folder) {
        this.folder = folder;
    }

    /** @throws InputException if there is no such folder or it has no config.json */
    public static HfFolder of(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw InputException.at(folder, "no such checkpoint folder");
        }
        if (!Files.isRegularFile(folder.resolve("config.json"))) {
            throw InputException.at(folder, "no config.json in it; is it a Hugging Face checkpoint folder?");
        }
        return new HfFolder(folder);
    }

    public Path path() {
        return folder;
    }

    /** The parsed config.json. */
    public ObjectNode config() {
        Path file = folder.resolve("config.json");
        try {
            if (Json.mapper().readTree(file.toFile()) instanceof ObjectNode object) {
                return object;
            }
            throw InputException.at(file, "not a JSON object");
        } catch (IOException e) {
            throw InputException.at(file, "not readable as JSON: " + firstLine(e));
        }
    }

    /** The weight files, one or the shards of an index, opened. */
    public WeightFiles weights() {
        if (Files.isRegularFile(folder.resolve(INDEX))) {
            return WeightFiles.open(folder, shards());
        }
        if (Files.isRegularFile(folder.resolve(SINGLE))) {
            return WeightFiles.open(folder, Set.of(SINGLE));
        }
        throw InputException.at(
                folder,
                Files.exists(folder.resolve("pytorch_model.bin"))
                        ? "has pytorch_model.bin only; convert it to safetensors (transformers: save_pretrained)"
                        : "no " + SINGLE + " in it");
    }

    private Set<String> shards() {
        Path index = folder.resolve(INDEX);
        try {
            Set<String> files = new LinkedHashSet<>();
            for (JsonNode file : Json.mapper().readTree(index.toFile()).path("weight_map")) {
                files.add(file.asText());
            }
            return files;
        } catch (IOException e) {
            throw InputException.at(index, "not readable as JSON: " + firstLine(e));
        }
    }

    private static String firstLine(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    /**
     * Writes config and weights into {@code target}, which the caller makes atomic.
     *
     * @param dtype what weights are stored as
     */
    public static void write(Path target, Torch torch, ObjectNode config, Map<String, NDArray> weights, Dtype dtype)
            throws IOException {
        ObjectNode stored = config.deepCopy();
        stored.remove("torch_dtype");
        stored.put("dtype", dtype.hf());
        Json.mapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(target.resolve("config.json").toFile(), stored);
        Safetensors.write(target.resolve(SINGLE), torch, new LinkedHashMap<>(weights), dtype, Map.of("format", "pt"));
    }

    /** Copies tokenizer files, chat template and generation config, those that are there. */
    public static void copyCompanions(Path from, Path to) throws IOException {
        for (String name : COMPANIONS) {
            if (Files.isRegularFile(from.resolve(name))) {
                Files.copy(from.resolve(name), to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}

package dev.rlhf.checkpoint;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.InputFile;
import dev.rlhf.base.Json;
import dev.rlhf.checkpoint.hub.ModelReference;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import dev.rlhf.text.CompanionFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A checkpoint folder as written by Hugging Face's {@code save_pretrained}: {@code config.json} and {@code
 * model.safetensors}, in one file or in shards with an index. Tokenizer files are copied unchanged.
 */
public final class HfFolder {
    private static final String GENERATION_CONFIG = "generation_config.json";
    private static final String EOS = "eos_token_id";

    private final Path folder;

    private HfFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Opens a folder.
     *
     * @throws InputException if it does not exist or has no config.json
     */
    public static HfFolder of(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new InputException(folder + " " + ModelReference.missing(folder));
        }
        if (!Files.isRegularFile(folder.resolve("config.json"))) {
            throw InputException.at(folder, noConfig(folder));
        }
        return new HfFolder(folder);
    }

    /**
     * Completes the sentence "PATH …": why a folder is neither a checkpoint, nor an adapter, nor a tokenizer; empty if
     * it may be one.
     */
    public static Optional<String> problem(Path folder) {
        return Stream.of("config.json", "adapter_config.json", "tokenizer.json")
                        .anyMatch(file -> Files.exists(folder.resolve(file)))
                ? Optional.empty()
                : Optional.of("is not a checkpoint folder: " + noConfig(folder));
    }

    private static String noConfig(Path folder) {
        Path inside = folder.resolve("model");
        boolean ofRun = Files.exists(inside.resolve("config.json")) || AdapterFolder.isAdapter(inside);
        return "no config.json in it; "
                + (ofRun ? "did you mean " + inside + "?" : "is it a Hugging Face checkpoint folder?");
    }

    public Path path() {
        return folder;
    }

    /** Returns the parsed config.json. */
    public ObjectNode config() {
        return readObject(folder.resolve("config.json"));
    }

    /** Reads a file that must be a JSON object. */
    static ObjectNode readObject(Path file) {
        try {
            if (Json.mapper().readTree(InputFile.text(file)) instanceof ObjectNode object) {
                return object;
            }
            throw InputException.at(file, "not a JSON object");
        } catch (JsonProcessingException e) {
            throw InputException.at(file, "not readable as JSON: " + Json.reason(e));
        }
    }

    /** Opens the weights: one file, or the shards of an index. */
    public WeightFiles weights() {
        if (Files.isRegularFile(folder.resolve(ShardedWriter.SINGLE))) { // transformers prefers it too
            return WeightFiles.single(folder, ShardedWriter.SINGLE);
        }
        if (Files.isRegularFile(folder.resolve(ShardIndex.NAME))) {
            return WeightFiles.sharded(folder, ShardIndex.read(folder.resolve(ShardIndex.NAME)));
        }
        throw InputException.at(
                folder,
                Files.exists(folder.resolve("pytorch_model.bin"))
                        ? "has pytorch_model.bin only; convert it to safetensors (transformers: save_pretrained)"
                        : "no " + ShardedWriter.SINGLE + " in it");
    }

    /**
     * Writes config and weights into {@code target}, which the caller makes atomic.
     *
     * @param dtype the stored dtype of weights
     * @param limit the largest weight file; several are written with an index
     */
    public static void write(
            Path target, Torch torch, ObjectNode config, Map<String, NDArray> weights, Dtype dtype, ShardSize limit)
            throws IOException {
        ObjectNode stored = config.deepCopy();
        stored.remove("torch_dtype");
        stored.put("dtype", dtype.hf());
        writeJson(target.resolve("config.json"), stored);
        ShardedWriter.write(target, torch, weights, dtype, limit);
    }

    /** Copies those of the tokenizer files, chat templates and generation config that exist. */
    public static void copyCompanions(Path from, Path to) throws IOException {
        CompanionFiles.copy(from, to);
    }

    /** Copies the generation config into a folder that has none; does nothing if {@code from} has none either. */
    public static void copyGenerationConfig(Path from, Path to) throws IOException {
        Path target = to.resolve(GENERATION_CONFIG);
        if (!Files.exists(target) && Files.isRegularFile(from.resolve(GENERATION_CONFIG))) {
            Files.write(target, Files.readAllBytes(from.resolve(GENERATION_CONFIG)));
        }
    }

    /**
     * Writes a generation config with the token ids of the model's config, as transformers does, if there is none.
     */
    public static void writeGenerationConfig(Path target, ObjectNode config) throws IOException {
        if (Files.exists(target.resolve(GENERATION_CONFIG))) {
            return;
        }
        ObjectNode generation = Json.mapper().createObjectNode().put("_from_model_config", true);
        for (String key : new String[] {"bos_token_id", EOS, "pad_token_id"}) {
            if (config.hasNonNull(key)) {
                generation.set(key, config.get(key));
            }
        }
        writeJson(target.resolve(GENERATION_CONFIG), generation);
    }

    /**
     * Adds an end token to a folder's generation config, which exists, unless it is there already.
     *
     * @param known the end tokens of the model so far
     */
    public static void addEndToken(Path folder, Set<Integer> known, int added) throws IOException {
        Path file = folder.resolve(GENERATION_CONFIG);
        if (Json.mapper().readTree(file.toFile()) instanceof ObjectNode generation
                && !ids(generation.path(EOS)).contains(added)) {
            Set<Integer> ids = new TreeSet<>(known);
            ids.add(added);
            ids.forEach(generation.putArray(EOS)::add);
            generation.remove("_from_model_config"); // or transformers may take the ids of config.json
            writeJson(file, generation);
        }
    }

    private static Set<Integer> ids(JsonNode value) {
        Set<Integer> ids = new HashSet<>();
        (value.isArray() ? value : List.of(value)).forEach(id -> ids.add(id.asInt(-1)));
        return ids;
    }

    private static void writeJson(Path file, ObjectNode json) throws IOException {
        Json.mapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), json);
    }
}

package dev.rlhf.checkpoint;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.checkpoint.hub.ModelReference;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * An adapter folder as written by PEFT's {@code save_pretrained}: {@code adapter_config.json} and {@code
 * adapter_model.safetensors}. The base checkpoint is stored elsewhere. Immutable.
 */
public final class AdapterFolder {
    private static final String CONFIG = "adapter_config.json";
    private static final String WEIGHTS = "adapter_model.safetensors";
    private static final String BASE = "base_model_name_or_path";

    private final Path folder;
    private final ObjectNode config;

    private AdapterFolder(Path folder, ObjectNode config) {
        this.folder = folder;
        this.config = config;
    }

    /** Returns whether {@code folder} holds an adapter, not a whole model. */
    public static boolean isAdapter(Path folder) {
        return Files.isRegularFile(folder.resolve(CONFIG));
    }

    /**
     * Returns the checkpoint folder of a model: an adapter's base; any other folder itself.
     *
     * @throws InputException if an adapter's base does not exist
     */
    public static Path baseOf(Path model) {
        return isAdapter(model) ? of(model).base() : model;
    }

    /**
     * Opens a folder.
     *
     * @throws InputException if there is no readable adapter_config.json
     */
    public static AdapterFolder of(Path folder) {
        return new AdapterFolder(folder, HfFolder.readObject(folder.resolve(CONFIG)));
    }

    public Path path() {
        return folder;
    }

    /** Returns the path of adapter_config.json, for messages. */
    public Path configFile() {
        return folder.resolve(CONFIG);
    }

    /** Returns the parsed adapter_config.json. */
    public ObjectNode config() {
        return config;
    }

    /** Returns PEFT's {@code task_type}; empty if it is missing. */
    public String taskType() {
        return config.path("task_type").asText("");
    }

    /** Returns whether this is the adapter of a reward model. */
    public boolean ofRewardModel() {
        return taskType().equals("SEQ_CLS");
    }

    /**
     * Returns the base checkpoint's folder: {@code base_model_name_or_path} relative to the adapter's folder, otherwise
     * relative to the working directory, otherwise in the hub's cache (PEFT looks in the last two).
     *
     * @throws InputException if none of them exists
     */
    public Path base() {
        String named = config.path(BASE).asText("");
        if (named.isEmpty()) {
            throw InputException.at(configFile(), BASE + " is missing; write the base checkpoint's folder there");
        }
        Path beside = folder.resolve(named).normalize();
        Path here = ModelReference.resolve(Path.of(named));
        if (Files.isDirectory(beside)) {
            return beside;
        }
        if (Files.isDirectory(here)) {
            return here;
        }
        throw InputException.at(
                configFile(),
                "the base checkpoint " + named + " does not exist"
                        + (here.isAbsolute() ? "" : " (looked for " + beside + ", " + here.toAbsolutePath() + ")")
                        + "; put it there, or write where it is as " + BASE + " into this file");
    }

    /**
     * Opens the tensors.
     *
     * @throws InputException if there is no safetensors file
     */
    public Safetensors open() {
        Path file = folder.resolve(WEIGHTS);
        if (!Files.isRegularFile(file)) {
            throw InputException.at(
                    folder,
                    Files.exists(folder.resolve("adapter_model.bin"))
                            ? "has adapter_model.bin only; save it again as safetensors (PEFT: save_pretrained)"
                            : "no " + WEIGHTS + " in it");
        }
        return Safetensors.open(file);
    }

    /**
     * Writes an adapter, with tensors in fp32, into {@code target}, which the caller makes atomic.
     *
     * @param base stored as {@code base_model_name_or_path}
     */
    public static void write(Path target, Torch torch, ObjectNode config, Path base, Map<String, NDArray> tensors)
            throws IOException {
        ObjectNode stored = config.deepCopy();
        stored.put(BASE, base.toString());
        Json.mapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(target.resolve(CONFIG).toFile(), stored);
        Safetensors.write(target.resolve(WEIGHTS), torch, tensors, Dtype.FLOAT32, Map.of("format", "pt"));
    }
}

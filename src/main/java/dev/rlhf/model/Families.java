package dev.rlhf.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.checkpoint.HfFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** The registry of model families: the reader of each family's config, by {@code model_type}, and its decoder. */
public final class Families {
    private static final Map<String, Family> FAMILIES = new TreeMap<>(Map.ofEntries(
            Map.entry("gemma", new Family(GemmaConfig.DEFAULTS, GemmaConfig::new)),
            Map.entry("gemma2", new Family(Gemma2Config.DEFAULTS, Gemma2Config::new)),
            Map.entry("gemma3_text", new Family(Gemma3Config.DEFAULTS, Gemma3Config::new)),
            Map.entry("gpt2", new Family(Map.of(), Gpt2Config::read)),
            Map.entry("gpt_neox", new Family(NeoxConfig.DEFAULTS, NeoxConfig::read)),
            Map.entry("llama", new Family(LlamaConfig.DEFAULTS, LlamaConfig::new)),
            Map.entry("mistral", new Family(MistralConfig.DEFAULTS, MistralConfig::new)),
            Map.entry("olmo2", new Family(Olmo2Config.DEFAULTS, Olmo2Config::new)),
            Map.entry("phi3", new Family(Phi3Config.DEFAULTS, Phi3Config::new)),
            Map.entry("qwen2", new Family(Qwen2Config.DEFAULTS, Qwen2Config::new)),
            Map.entry("qwen3", new Family(Qwen3Config.defaults(), Qwen3Config::new)),
            Map.entry("smollm3", new Family(SmolLm3Config.DEFAULTS, SmolLm3Config::new))));

    private Families() {}

    /**
     * A family.
     *
     * @param defaults the defaults of transformers' config class for keys that a file leaves out
     * @param reader reads the config
     */
    private record Family(Map<String, Object> defaults, Function<ConfigReader, ModelConfig> reader) {}

    /** Returns every supported {@code model_type}, sorted. */
    static Set<String> types() {
        return FAMILIES.keySet();
    }

    /**
     * Reads the config of a checkpoint or adapter folder: its own config.json (a reward model's adapter has one, with
     * additional keys), otherwise that of an adapter's base. Keys that have no effect are logged.
     *
     * @throws InputException if there is none, or the family or one of its settings is not supported
     */
    public static ModelConfig read(Path folder) {
        return find(folder).orElseThrow(() -> InputException.at(folder, "no config.json in it"));
    }

    /** As {@link #read(Path)}; empty for a folder that has only a tokenizer. */
    public static Optional<ModelConfig> find(Path folder) {
        Path from = hasConfig(folder) ? folder : AdapterFolder.baseOf(folder);
        return hasConfig(from)
                ? Optional.of(read(
                        HfFolder.of(from).config(), from.resolve("config.json").toString()))
                : Optional.empty();
    }

    private static boolean hasConfig(Path folder) {
        return Files.isRegularFile(folder.resolve("config.json"));
    }

    /**
     * Reads a config.json. Keys that have no effect are logged.
     *
     * @param where the start of error messages: the file
     * @throws InputException if the family or one of its settings is not supported
     */
    public static ModelConfig read(ObjectNode json, String where) {
        return read(json, where, ConfigReader::logUnread);
    }

    /**
     * Reads the config of a new model. Keys that have no effect are refused, because they must be misspelt.
     *
     * @throws InputException as {@link #read(ObjectNode, String)}
     */
    public static ModelConfig readNew(ObjectNode json, String where) {
        return read(json, where, ConfigReader::refuseUnread);
    }

    private static ModelConfig read(ObjectNode json, String where, Consumer<ConfigReader> atEnd) {
        String type = json.path("model_type").asText("");
        if (type.equals("gemma3")) {
            throw new InputException(
                    where + ": model_type gemma3 reads images too, which is not supported; save its language"
                            + " model alone (model_type gemma3_text)");
        }
        Family family = FAMILIES.get(type);
        if (family == null) {
            throw new InputException(where + ": model_type "
                    + (type.isEmpty() ? "is missing" : type + " is not supported") + " (supported: "
                    + String.join(", ", types()) + ")");
        }
        ConfigReader in = new ConfigReader(json, where, family.defaults());
        ModelConfig config = family.reader().apply(in);
        atEnd.accept(in);
        return config;
    }

    /** Returns the decoder that runs a config, on {@code parameters}. */
    static Decoder decoder(ModelConfig config, Parameters parameters) {
        return switch (config) {
            case Gpt2Config gpt2 -> new Gpt2Decoder(gpt2, parameters);
            case NeoxConfig neox -> new NeoxDecoder(neox, parameters);
            case RotaryConfig rotary -> new RotaryDecoder(rotary, parameters);
        };
    }
}

package dev.rlhf.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The registry of model families: the reader of each family's config, by {@code model_type}, and its decoder. */
public final class Families {
    private static final Map<String, Reader> READERS = new TreeMap<>(Map.ofEntries(
            Map.entry("gemma", GemmaConfig::new),
            Map.entry("gemma2", Gemma2Config::new),
            Map.entry("gemma3_text", Gemma3Config::new),
            Map.entry("gpt2", Gpt2Config::read),
            Map.entry("gpt_neox", NeoxConfig::read),
            Map.entry("llama", LlamaConfig::new),
            Map.entry("mistral", MistralConfig::new),
            Map.entry("olmo2", Olmo2Config::new),
            Map.entry("phi3", Phi3Config::new),
            Map.entry("qwen2", Qwen2Config::new),
            Map.entry("qwen3", Qwen3Config::new),
            Map.entry("smollm3", SmolLm3Config::new)));

    private Families() {}

    @FunctionalInterface
    private interface Reader {
        ModelConfig read(ObjectNode json, String where);
    }

    /** Returns every supported {@code model_type}, sorted. */
    static Set<String> types() {
        return READERS.keySet();
    }

    /**
     * Reads a config.json.
     *
     * @param where the start of error messages: the file
     * @throws InputException if the family or one of its settings is not supported
     */
    public static ModelConfig read(ObjectNode json, String where) {
        String type = json.path("model_type").asText("");
        if (type.equals("gemma3")) {
            throw new InputException(
                    where + ": model_type gemma3 reads images too, which is not supported; save its language"
                            + " model alone (model_type gemma3_text)");
        }
        Reader reader = READERS.get(type);
        if (reader == null) {
            throw new InputException(where + ": model_type "
                    + (type.isEmpty() ? "is missing" : type + " is not supported") + " (supported: "
                    + String.join(", ", types()) + ")");
        }
        ModelConfig config = reader.read(json, where);
        if (config instanceof RotaryConfig rotary) {
            rotary.in().finish();
        }
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

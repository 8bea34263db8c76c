package dev.rlhf.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The families that can be run, by {@code model_type}. */
final class Families {
    private static final Map<String, Reader> READERS = new TreeMap<>(Map.of(
            "gpt2", Gpt2Config::read,
            "gpt_neox", NeoxConfig::read,
            "llama", LlamaConfig::new,
            "mistral", MistralConfig::new,
            "qwen2", Qwen2Config::new,
            "qwen3", Qwen3Config::new,
            "smollm3", SmolLm3Config::new));

    private Families() {}

    @FunctionalInterface
    private interface Reader {
        ModelConfig read(ObjectNode json, String where);
    }

    static Set<String> types() {
        return READERS.keySet();
    }

    /** @param where what error messages start with */
    static ModelConfig read(ObjectNode json, String where) {
        String type = json.path("model_type").asText("");
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
}

package dev.rlhf.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a family reads from config.json, and the shape of its parameters. Immutable. */
public sealed interface ModelConfig permits Gpt2Config, NeoxConfig, RotaryConfig {
    /** Families by {@code model_type}. */
    Map<String, Reader> FAMILIES = Map.of(
            "gpt2", Gpt2Config::read,
            "gpt_neox", NeoxConfig::read,
            "llama", LlamaConfig::new,
            "mistral", MistralConfig::new,
            "qwen2", Qwen2Config::new,
            "qwen3", Qwen3Config::new,
            "smollm3", SmolLm3Config::new);

    /**
     * Reads a config.
     *
     * @param where what error messages start with
     * @throws InputException if the family or one of its switches is not supported
     */
    static ModelConfig read(ObjectNode json, String where) {
        String type = json.path("model_type").asText("");
        ModelConfig config = FAMILIES.getOrDefault(type, ModelConfig::unknown).read(json, where);
        if (config instanceof RotaryConfig rotary) {
            rotary.in().finish();
        }
        return config;
    }

    /** Reads one family's config. */
    @FunctionalInterface
    interface Reader {
        ModelConfig read(ObjectNode json, String where);
    }

    private static ModelConfig unknown(ObjectNode json, String where) {
        String type = json.path("model_type").asText("");
        throw new InputException(where + ": model_type "
                + (type.isEmpty() ? "is missing" : type + " is not supported") + " (supported: "
                + String.join(", ", FAMILIES.keySet().stream().sorted().toList()) + ")");
    }

    /** The config as read, every key kept. */
    ObjectNode json();

    int vocabSize();

    int hiddenSize();

    int layers();

    /** Positions the model was made for; longer inputs are refused. */
    int maxPositions();

    /** Key/value heads and their width: what a cache holds a position. */
    int kvHeads();

    int headDim();

    /** The LM head shares the embedding. */
    boolean tied();

    /** {@code eos_token_id}: none, one or several. */
    List<Integer> eosIds();

    /** HF's prefix of the body's names in a model with a head: {@code transformer.} or {@code model.}. */
    String prefix();

    /** The body's embedding table. */
    String embeddingName();

    /** The language-model head's weight where it is not the embedding. */
    default String headName() {
        return "lm_head.weight";
    }

    /** Logits l become cap tanh(l / cap); 0: they stay. */
    default double logitCap() {
        return 0;
    }

    /** Architecture name with a head: {@code GPT2} for {@code GPT2LMHeadModel}. */
    String architecture(boolean scalarHead);

    /** The body's parameters, in HF's order, names with {@link #prefix()}. */
    List<ParameterSpec> bodyParameters();

    /** Names that old checkpoints hold and nothing needs. */
    boolean ignorable(String name);

    default String familyName() {
        return json().path("model_type").asText().toLowerCase(Locale.ROOT);
    }
}

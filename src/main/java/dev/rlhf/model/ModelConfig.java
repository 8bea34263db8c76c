package dev.rlhf.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a family reads from config.json, and the shape of its parameters. Immutable. */
public sealed interface ModelConfig permits Gpt2Config, NeoxConfig, RotaryConfig {
    /**
     * Reads a config.
     *
     * @param where what error messages start with
     * @throws dev.rlhf.base.InputException if the family or one of its switches is not supported
     */
    static ModelConfig read(ObjectNode json, String where) {
        return Families.read(json, where);
    }

    /** The config as read, every key kept. */
    ObjectNode json();

    int vocabSize();

    int hiddenSize();

    int layers();

    /** Positions the model was made for; longer inputs are refused. */
    int maxPositions();

    /** The longest sequence that can be generated: shorter where a longer one's positions are all turned by another table. */
    default int generatedPositions() {
        return maxPositions();
    }

    /** Query heads. */
    int heads();

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

    /** Tables that are looked up and not multiplied with: what no adapter goes onto. */
    default Set<String> tables() {
        return Set.of(embeddingName());
    }

    /** Linear weights are stored [in, out]. */
    default boolean storesTransposed() {
        return false;
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

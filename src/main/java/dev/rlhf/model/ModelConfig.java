package dev.rlhf.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.model.lora.LinearModule;
import dev.rlhf.tensor.Dtype;
import java.util.List;
import java.util.Set;

/**
 * The config.json of a model, as read by its family, and the shapes of its parameters. Made by {@link Families}.
 * Immutable.
 */
public sealed interface ModelConfig permits Gpt2Config, NeoxConfig, RotaryConfig {
    /** The name of a scalar head's weight, in every family. */
    String SCALAR_HEAD = "score.weight";

    /** Returns the config as read, with every key. */
    ObjectNode json();

    int vocabSize();

    int hiddenSize();

    int layers();

    /** Returns the number of positions the model was made for; longer inputs are refused. */
    int maxPositions();

    /**
     * Returns the longest sequence that can be generated. It is less than {@link #maxPositions} if the rotary
     * frequencies of longer sequences differ at all positions.
     */
    default int generatedPositions() {
        return maxPositions();
    }

    /** Returns the number of query heads. */
    int heads();

    /** Returns the number of key/value heads: as many as query heads, unless the family groups queries. */
    default int kvHeads() {
        return heads();
    }

    /** Returns the width of a head. */
    default int headDim() {
        return hiddenSize() / heads();
    }

    /** Returns whether the language-model head shares the embedding's weights. */
    boolean tied();

    /** Returns the ids in {@code eos_token_id}, which may be none or several. */
    List<Integer> eosIds();

    /** Returns the prefix of the body's names in a model with a head: {@code transformer.} or {@code model.}. */
    String prefix();

    /** Returns the name of the body's embedding table. */
    String embeddingName();

    /** Returns the name of the language-model head's weight, if it is not {@link #tied}. */
    default String headName() {
        return "lm_head.weight";
    }

    /** Returns the soft cap of logits: l becomes cap tanh(l / cap). 0: no cap. */
    default double logitCap() {
        return 0;
    }

    /** Returns the names of lookup tables, which take no adapter. */
    default Set<String> tables() {
        return Set.of(embeddingName());
    }

    /** Returns whether linear weights are stored as [in, out]. */
    default boolean storesTransposed() {
        return false;
    }

    /** Returns the name of the architecture with a language-model or scalar head, such as {@code GPT2LMHeadModel}. */
    String architecture(boolean scalarHead);

    /** Returns the body's parameters in Hugging Face's order, named with {@link #prefix()}. */
    List<ParameterSpec> bodyParameters();

    /**
     * Estimates the bytes of activations per token that one layer's kernels keep for backward.
     *
     * @param width tokens per row; attention with dropout or capped scores keeps all pairs of them
     * @param dropout whether the config's dropout is applied
     */
    long layerActivations(Dtype compute, long width, boolean dropout);

    /** Returns whether a tensor of this name in a checkpoint can be ignored; old checkpoints have such tensors. */
    boolean ignorable(String name);

    /** Returns the linear layers that can take adapters: the body's matrices, without lookup tables and the head. */
    default List<LinearModule> linearModules() {
        String weight = ".weight";
        boolean transposed = storesTransposed();
        return bodyParameters().stream()
                .filter(spec -> spec.shape().length == 2 && spec.name().endsWith(weight))
                .filter(spec -> !tables().contains(spec.name()))
                .map(spec -> new LinearModule(
                        spec.name().substring(0, spec.name().length() - weight.length()),
                        spec.shape()[transposed ? 0 : 1],
                        spec.shape()[transposed ? 1 : 0],
                        transposed))
                .toList();
    }

    /**
     * Returns the full name of a stored tensor; a body that was saved alone (such as the hub's {@code gpt2}) lacks the
     * prefix.
     */
    default String canonical(String stored) {
        boolean head = stored.equals(headName()) || stored.equals(SCALAR_HEAD);
        return head || stored.startsWith(prefix()) ? stored : prefix() + stored;
    }
}

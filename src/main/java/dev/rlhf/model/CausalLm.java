package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.checkpoint.HfFolder;
import dev.rlhf.checkpoint.ShardSize;
import dev.rlhf.model.lora.Adapters;
import dev.rlhf.model.lora.LoraConfig;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A decoder with a language-model head. From the hidden states [.., D] of the decoder it computes next-token logits
 * [.., V], or log-probabilities and cross-entropies of labels without having all logits in memory at once ({@link
 * LogitChunk}). Closed by its creator; one thread at a time.
 */
public final class CausalLm implements AutoCloseable {
    private final ModelConfig config;
    private final Parameters parameters;
    private final Decoder decoder;
    private final NDArray head;
    private final StepWeights stepWeights;

    private CausalLm(ModelConfig config, Parameters parameters) {
        this.config = config;
        this.parameters = parameters;
        this.decoder = Families.decoder(config, parameters);
        this.head = parameters.get(config.tied() ? config.embeddingName() : config.headName());
        this.stepWeights = new StepWeights(parameters, decoder.weights(), head);
    }

    /** Creates a trainable model with random weights. */
    public static CausalLm create(Torch torch, ModelConfig config, Dtype compute, long seed) {
        return new CausalLm(config, ParametersBuilder.initialise(torch, specs(config), compute, seed));
    }

    /**
     * Loads a Hugging Face checkpoint folder, or a PEFT adapter folder with the checkpoint that it names. The adapter
     * is merged into the weights or, if it is trained or the weights are quantised, stays separate.
     *
     * @param precision dtype of activations, and storage of frozen linear layers
     * @param trainable whether parameters (of an adapter folder, only the adapter's) are in fp32 with gradients; else
     *     all are frozen in the dtype of activations
     * @throws InputException if the folder holds no model of a supported family, or the adapter of a reward model
     */
    public static CausalLm load(Torch torch, Path folder, Precision precision, boolean trainable) {
        CheckpointSource source = CheckpointSource.of(folder);
        if (source.adapter() != null && source.adapter().ofRewardModel()) {
            throw InputException.at(folder, "is the adapter of a reward model (SEQ_CLS), not of a language model");
        }
        RequiredParameters needed = required(source.config());
        return new CausalLm(needed.config(), source.load(torch, needed, precision, trainable, 0));
    }

    /**
     * Loads a checkpoint folder frozen, with new adapters to be trained.
     *
     * @param seed for the new adapters
     * @throws InputException if the adapters match no layer of the model
     */
    public static CausalLm adapt(Torch torch, Path folder, Precision precision, LoraConfig lora, long seed) {
        CheckpointSource source = CheckpointSource.of(folder);
        RequiredParameters needed = required(source.config());
        return new CausalLm(needed.config(), source.adapt(torch, needed, precision, lora, seed));
    }

    private static RequiredParameters required(ModelConfig config) {
        return new RequiredParameters(
                config,
                specs(config),
                Set.of(),
                name -> config.ignorable(name) || (config.tied() && name.equals(config.headName())),
                null);
    }

    private static List<ParameterSpec> specs(ModelConfig config) {
        List<ParameterSpec> specs = new ArrayList<>(config.bodyParameters());
        if (!config.tied()) {
            specs.add(ParameterSpec.normal(config.headName(), 0.02, config.vocabSize(), config.hiddenSize()));
        }
        return specs;
    }

    public ModelConfig config() {
        return config;
    }

    public Parameters parameters() {
        return parameters;
    }

    /**
     * Switches gradient checkpointing on or off: while gradients are recorded, only each layer's input is kept, and
     * backward recomputes the layer from it. Gradients stay the same; a pass takes about a third longer.
     */
    public void gradientCheckpointing(boolean on) {
        decoder.checkpointing(on);
    }

    /** Returns the hidden states after the last norm, [B, T, D]. */
    public NDArray hidden(Input input, boolean dropout) {
        return decoder.forward(input, dropout);
    }

    /** Returns the head's weight, [V, D]. */
    public NDArray head() {
        return head;
    }

    /**
     * Returns the hidden states after the last norm at some positions, [N, D], without dropout. Cheaper than computing
     * all of them.
     *
     * @param positions int64 [N], indices into the flattened [B * T] positions
     */
    public NDArray hiddenAt(Input input, NDArray positions) {
        return decoder.forward(input, false, List.of(positions)).squeeze(1);
    }

    /** Returns the logits [B, T, V] in the compute dtype, without dropout. */
    public NDArray logits(Input input) {
        try (Scope scope = new Scope()) {
            return scope.keep(project(hidden(input, false)));
        }
    }

    /** Returns the logits [.., V] of hidden states [.., D]. */
    public NDArray project(NDArray hidden) {
        return torch().kernels().call("logits", hidden, head, config.logitCap());
    }

    /** As {@link #project}, in a decoding step: uses the weights made by {@link #prepareSteps}. */
    public NDArray projectStep(NDArray hidden) {
        return torch().kernels().callOften("logits", hidden, stepWeights.head(), config.logitCap());
    }

    /**
     * Prepares the weights for decoding steps: see {@link StepWeights#prepare}. {@link #endSteps} must be called before
     * the weights change.
     *
     * @param rows rows per step
     * @param steps the number of steps expected
     */
    public void prepareSteps(int rows, int steps) {
        stepWeights.prepare(rows, steps);
    }

    /** Returns the size in bytes of the copy that {@link #prepareSteps} makes; 0 if none is needed. */
    public long stepBytes() {
        return stepWeights.bytes();
    }

    /**
     * Ends generation and drops the copy of the weights, unless it can be used again: frozen weights do not change. The
     * copy of quantised weights is always dropped, because they are quantised to save memory.
     */
    public void endSteps() {
        if (!parameters.frozen() || parameters.quantized()) {
            stepWeights.close();
        }
    }

    /**
     * Returns the sum of −log p(label) over the labels [N], in nats, from hidden [N, D], with gradients; and, without
     * gradients, two metrics. All logits [N, V] exist at once.
     *
     * @param metrics whether to compute the second result: [number of labels that are the most likely token, sum of
     *     entropies in nats]
     */
    public NDList crossEntropySum(NDArray hidden, NDArray labels, boolean metrics) {
        return torch().kernels().callAll("cross_entropy_sum", hidden, head, config.logitCap(), labels, metrics);
    }

    /** Returns the sums of {@link #crossEntropySum} without gradients, computed in chunks. */
    public CrossEntropy crossEntropy(NDArray hidden, NDArray labels, boolean metrics) {
        CrossEntropy sums = CrossEntropy.NONE;
        for (LogitChunk chunk : chunks(labels)) {
            try (Scope _ = new Scope()) {
                sums = sums.plus(CrossEntropy.read(
                        crossEntropySum(chunk.of(torch(), hidden), chunk.of(torch(), labels), metrics)));
            }
        }
        return sums;
    }

    /**
     * Runs backward from {@link #crossEntropySum} / {@code divisor} to all parameters, and returns the sums. Must be
     * called inside {@link Autograd#record}. The backward pass of each chunk's logits runs before the next chunk's
     * logits are computed.
     *
     * @param hidden [N, D], recorded
     */
    public CrossEntropy crossEntropyStep(NDArray hidden, NDArray labels, boolean metrics, double divisor) {
        List<LogitChunk> chunks = chunks(labels);
        if (chunks.size() <= 1) {
            NDList sums = crossEntropySum(hidden, labels, metrics);
            Autograd.backward(torch().kernels().call("div", sums.get(0), divisor));
            return CrossEntropy.read(sums);
        }
        NDArray leaf = Autograd.cut(torch(), hidden);
        CrossEntropy sums = CrossEntropy.NONE;
        for (LogitChunk chunk : chunks) {
            try (Scope _ = new Scope()) {
                sums = sums.plus(CrossEntropy.read(Autograd.step(
                        () -> crossEntropySum(chunk.of(torch(), leaf), chunk.of(torch(), labels), metrics),
                        own -> torch().kernels().call("div", own.get(0), divisor))));
            }
        }
        Autograd.backward();
        return sums;
    }

    /**
     * Returns log p(label) and the entropy of softmax(logits / temperature) in nats, each [N] fp32, from hidden [N, D].
     * Computed in chunks; if gradients are recorded and there are several chunks, backward recomputes the logits of
     * each.
     */
    public NDList tokenLogprobs(NDArray hidden, NDArray labels, double temperature) {
        List<LogitChunk> chunks = chunks(labels);
        if (chunks.size() <= 1) {
            return torch().kernels().callAll("token_logprobs", hidden, head, config.logitCap(), labels, temperature);
        }
        NDArray leaf = Autograd.cut(torch(), hidden);
        List<NDArray> parts = new ArrayList<>();
        for (LogitChunk chunk : chunks) {
            NDArray rows = chunk.of(torch(), labels);
            parts.add(Autograd.recomputed(
                    torch(),
                    false,
                    () -> torch().kernels()
                            .call(
                                    "token_logprobs_stacked",
                                    chunk.of(torch(), leaf),
                                    head,
                                    config.logitCap(),
                                    rows,
                                    temperature)));
        }
        return torch().kernels().callAll("concat_logprobs", parts);
    }

    private List<LogitChunk> chunks(NDArray labels) {
        return LogitChunk.of(torch(), config.vocabSize(), Math.toIntExact(labels.size()));
    }

    private Torch torch() {
        return parameters.torch();
    }

    /**
     * Returns the model without its adapters, on the same weights. It is valid while this model is open; closing it
     * does not close the weights.
     *
     * @throws IllegalStateException if parameters other than adapters are trained, so that the weights would change
     */
    public CausalLm withoutAdapters() {
        return new CausalLm(config, parameters.withoutAdapters());
    }

    /**
     * Writes config and weights into a folder that the caller makes atomic. With adapters it writes only these, as PEFT
     * does, always in fp32.
     *
     * @param limit the largest weight file
     */
    public void write(Path folder, Dtype stored, ShardSize limit) throws IOException {
        Adapters adapters = parameters.adapters();
        if (adapters != null) {
            AdapterFolder.write(
                    folder, parameters.torch(), adapters.json("CAUSAL_LM"), adapters.base(), parameters.trained());
            return;
        }
        ObjectNode json = config.json().deepCopy();
        json.putArray("architectures").add(config.architecture(false));
        json.put("tie_word_embeddings", config.tied());
        HfFolder.write(folder, parameters.torch(), json, parameters.toWrite(), stored, limit);
    }

    @Override
    public void close() {
        stepWeights.close();
        decoder.close();
        parameters.close();
    }
}

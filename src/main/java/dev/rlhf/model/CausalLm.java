package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.checkpoint.HfFolder;
import dev.rlhf.checkpoint.ShardSize;
import dev.rlhf.checkpoint.WeightFiles;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A decoder with a language-model head: next-token logits. Closed by whoever opened it; one thread at a time. */
public final class CausalLm implements AutoCloseable {
    private final ModelConfig config;
    private final Parameters parameters;
    private final Decoder decoder;
    private final NDArray head;

    private CausalLm(ModelConfig config, Parameters parameters) {
        this.config = config;
        this.parameters = parameters;
        this.decoder = Decoder.of(config, parameters);
        this.head = parameters.get(config.tied() ? config.embeddingName() : config.headName());
    }

    /** A new model with random weights, trainable. */
    public static CausalLm create(Torch torch, ModelConfig config, Dtype compute, long seed) {
        return new CausalLm(config, Parameters.initialise(torch, specs(config), compute, seed));
    }

    /**
     * Loads an HF checkpoint folder.
     *
     * @param compute dtype of activations
     * @param trainable parameters in fp32 with gradients; else frozen, in {@code compute}
     */
    public static CausalLm load(Torch torch, Path folder, Dtype compute, boolean trainable) {
        HfFolder hf = HfFolder.of(folder);
        ModelConfig config =
                ModelConfig.read(hf.config(), folder.resolve("config.json").toString());
        try (WeightFiles weights = hf.weights()) {
            return new CausalLm(
                    config,
                    Parameters.load(
                            torch,
                            weights,
                            specs(config),
                            name -> Names.canonical(config, name),
                            Set.of(),
                            name -> config.ignorable(name) || (config.tied() && name.equals(config.headName())),
                            compute,
                            trainable,
                            0));
        }
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

    /** Hidden states after the last norm, [B, T, D]. */
    public NDArray hidden(Input input, boolean dropout) {
        return decoder.forward(input, dropout);
    }

    /** The head's weight, [V, D]. */
    public NDArray head() {
        return head;
    }

    /** Logits [B, T, V] in the compute dtype, without dropout. */
    public NDArray logits(Input input) {
        try (Scope scope = new Scope()) {
            return scope.keep(project(hidden(input, false)));
        }
    }

    /** Logits [.., V] of hidden states [.., D]. */
    public NDArray project(NDArray hidden) {
        return parameters.torch().kernels().call("logits", hidden, head, config.logitCap());
    }

    /**
     * Sums over the labels [N] of −log p(label) in nats, with gradients, and, without, of [hits of the most likely token,
     * entropies if asked for]; hidden [N, D].
     */
    public NDList crossEntropySum(NDArray hidden, NDArray labels, boolean entropy) {
        return parameters
                .torch()
                .kernels()
                .callAll("cross_entropy_sum", hidden, head, config.logitCap(), labels, entropy);
    }

    /** log p(label) and entropy in nats of softmax(logits / temperature), each [N] fp32, from hidden [N, D]. */
    public NDList tokenLogprobs(NDArray hidden, NDArray labels, double temperature) {
        return parameters
                .torch()
                .kernels()
                .callAll("token_logprobs", hidden, head, config.logitCap(), labels, temperature);
    }

    /** Writes config and weights into a folder that the caller makes atomic; in files of at most 5 GB. */
    public void write(Path folder, Dtype stored) throws IOException {
        write(folder, stored, ShardSize.parse(ShardSize.DEFAULT));
    }

    /** Writes config and weights into a folder that the caller makes atomic. */
    public void write(Path folder, Dtype stored, ShardSize limit) throws IOException {
        ObjectNode json = config.json().deepCopy();
        json.putArray("architectures").add(config.architecture(false));
        json.put("tie_word_embeddings", config.tied());
        HfFolder.write(folder, parameters.torch(), json, parameters.map(), stored, limit);
    }

    @Override
    public void close() {
        parameters.close();
    }
}

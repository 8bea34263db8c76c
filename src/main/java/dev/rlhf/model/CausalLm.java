package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.checkpoint.HfFolder;
import dev.rlhf.checkpoint.ShardSize;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A decoder with a language-model head: next-token logits. Closed by whoever opened it; one thread at a time. */
public final class CausalLm implements AutoCloseable {
    /** From here on fp32 wants weights that lie as [in, out], not packed: the kernel {@code for_steps}. */
    private static final int MANY_ROWS = 32;

    private final ModelConfig config;
    private final Parameters parameters;
    private final Decoder decoder;
    private final NDArray head;
    private @Nullable NDArray stepHead;
    private boolean stepsInOut;

    private CausalLm(ModelConfig config, Parameters parameters) {
        this.config = config;
        this.parameters = parameters;
        this.decoder = Decoder.of(config, parameters);
        this.head = parameters.get(config.tied() ? config.embeddingName() : config.headName());
        parameters.checkAdapted();
    }

    /** A new model with random weights, trainable. */
    public static CausalLm create(Torch torch, ModelConfig config, Dtype compute, long seed) {
        return new CausalLm(config, Parameters.initialise(torch, specs(config), compute, seed));
    }

    /**
     * Loads an HF checkpoint folder, or a PEFT adapter folder with the checkpoint that it names: the adapter is merged into the
     * weights, or, if trainable, the only thing trained.
     *
     * @param compute dtype of activations
     * @param trainable parameters in fp32 with gradients; else frozen, in {@code compute}
     */
    public static CausalLm load(Torch torch, Path folder, Dtype compute, boolean trainable) {
        CheckpointSource source = CheckpointSource.of(folder);
        if (source.taskType().equals("SEQ_CLS")) {
            throw InputException.at(folder, "is the adapter of a reward model (SEQ_CLS), not of a language model");
        }
        ModelConfig config = source.config();
        return new CausalLm(config, source.load(torch, config, need(config), compute, trainable, 0));
    }

    /**
     * Loads a checkpoint folder frozen, in {@code compute}, with new adapters to be trained.
     *
     * @param seed of the adapters' start
     * @throws InputException if the adapters fit no layer of the model
     */
    public static CausalLm adapt(Torch torch, Path folder, Dtype compute, LoraConfig lora, long seed) {
        CheckpointSource source = CheckpointSource.of(folder);
        ModelConfig config = source.config();
        return new CausalLm(config, source.adapt(torch, config, need(config), compute, lora, seed));
    }

    private static CheckpointSource.Need need(ModelConfig config) {
        return new CheckpointSource.Need(
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

    /** Hidden states after the last norm, [B, T, D]. */
    public NDArray hidden(Input input, boolean dropout) {
        return decoder.forward(input, dropout);
    }

    /** The head's weight, [V, D]. */
    public NDArray head() {
        return head;
    }

    /**
     * Hidden states after the last norm of some positions alone, [N, D], without dropout; less work than all of them.
     *
     * @param places int64 [N] in the flattened [B * T] positions
     */
    public NDArray hiddenAt(Input input, NDArray places) {
        return decoder.forward(input, false, List.of(places)).squeeze(1);
    }

    /** Logits [B, T, V] in the compute dtype, without dropout. */
    public NDArray logits(Input input) {
        try (Scope scope = new Scope()) {
            return scope.keep(project(hidden(input, false)));
        }
    }

    /** Logits [.., V] of hidden states [.., D]. */
    public NDArray project(NDArray hidden) {
        return project(hidden, head);
    }

    /** The same, in generation: see {@link #prepareSteps}. */
    public NDArray projectStep(NDArray hidden) {
        return project(hidden, stepHead == null ? head : stepHead);
    }

    private NDArray project(NDArray hidden, NDArray by) {
        return parameters.torch().kernels().call("logits", hidden, by, config.logitCap());
    }

    /**
     * Makes generation ready: on a CPU, a copy of the weights as products with few rows read them fastest, if there are steps
     * enough to pay for it and memory enough. Until {@link #endSteps}, which must come before the weights change.
     *
     * @param rows in a step
     * @param steps how many are to come
     */
    public void prepareSteps(int rows, int steps) {
        Torch torch = parameters.torch();
        boolean inOut = parameters.compute() == Dtype.FLOAT32 && rows >= MANY_ROWS;
        boolean ready = stepHead != null && stepsInOut == inOut;
        if (torch.onGpu() || ready || steps < stepsThatPay(rows)) {
            return;
        }
        long bytes = decoder.weights().stepBytes()
                + head.size() * parameters.compute().bytes();
        if (bytes > torch.memory().spare() / 2) {
            return;
        }
        dropSteps();
        decoder.weights().prepareSteps(inOut);
        stepHead = torch.kernels()
                .call("for_steps", head, false, parameters.compute().scalarType(), inOut);
        NDScope.unregister(stepHead); // lives until it is dropped
        stepsInOut = inOut;
    }

    /**
     * Steps that a copy of the weights pays for itself in. Making it takes as long as reading them some ten times; it takes a tenth
     * to a quarter off a step with one row, and half or more with several.
     */
    private static int stepsThatPay(int rows) {
        return rows < 4 ? 100 : 16;
    }

    /** After generation. Frozen weights do not change, so theirs are kept for the next time. */
    public void endSteps() {
        if (!parameters.frozen()) {
            dropSteps();
        }
    }

    private void dropSteps() {
        decoder.weights().endSteps();
        if (stepHead != null) {
            stepHead.close();
            stepHead = null;
        }
    }

    /**
     * Sum over the labels [N] of −log p(label) in nats, with gradients; and without them [hits of the most likely token, sum of
     * entropies] if asked for. hidden [N, D].
     */
    public NDList crossEntropySum(NDArray hidden, NDArray labels, boolean figures) {
        return parameters
                .torch()
                .kernels()
                .callAll("cross_entropy_sum", hidden, head, config.logitCap(), labels, figures);
    }

    /** log p(label) and entropy in nats of softmax(logits / temperature), each [N] fp32, from hidden [N, D]. */
    public NDList tokenLogprobs(NDArray hidden, NDArray labels, double temperature) {
        return parameters
                .torch()
                .kernels()
                .callAll("token_logprobs", hidden, head, config.logitCap(), labels, temperature);
    }

    /** Whether adapters are trained here, and the rest is frozen. */
    public boolean adapted() {
        return parameters.adapters() != null;
    }

    /**
     * The model without its adapters, on the same weights: good for as long as this one is open. Closing it leaves the weights
     * alone.
     *
     * @throws IllegalStateException if other things than adapters are trained here: the weights would move
     */
    public CausalLm withoutAdapters() {
        return new CausalLm(config, parameters.withoutAdapters());
    }

    /** Writes config and weights into a folder that the caller makes atomic; in files of at most 5 GB. */
    public void write(Path folder, Dtype stored) throws IOException {
        write(folder, stored, ShardSize.parse(ShardSize.DEFAULT));
    }

    /**
     * Writes config and weights into a folder that the caller makes atomic; of an {@link #adapted} model the adapter alone, as
     * PEFT does, always in fp32.
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
        HfFolder.write(folder, parameters.torch(), json, parameters.map(), stored, limit);
    }

    @Override
    public void close() {
        dropSteps();
        parameters.close();
    }
}

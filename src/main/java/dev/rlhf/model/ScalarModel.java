package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.checkpoint.HfFolder;
import dev.rlhf.checkpoint.ShardSize;
import dev.rlhf.model.lora.Adapters;
import dev.rlhf.model.lora.LoraConfig;
import dev.rlhf.model.lora.PeftNames;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A decoder with a scalar head: a reward model (which uses the score at a sequence's last token) or a critic (which
 * uses the value at every position). On disk it is transformers' {@code …ForSequenceClassification} with {@code
 * num_labels: 1}; {@code reward_mean} and {@code reward_std} in its config are the mean and standard deviation of the
 * SFT model's scores after training (docs/reference/metrics.md defines them). Scores returned here have the mean
 * subtracted.
 */
public final class ScalarModel implements AutoCloseable {
    private static final String HEAD = ModelConfig.SCALAR_HEAD;
    private static final String MEAN = "reward_mean";
    private static final String STD = "reward_std";

    private final ModelConfig config;
    private final Parameters parameters;
    private final Decoder decoder;
    private final NDArray head;
    private double mean;

    private ScalarModel(ModelConfig config, Parameters parameters, double mean) {
        this.config = config;
        this.parameters = parameters;
        this.decoder = Families.decoder(config, parameters);
        this.head = parameters.get(HEAD);
        this.mean = mean;
    }

    /** The head's initial values if the checkpoint has none. */
    public enum HeadInit {
        /** N(0, 1/(d+1)): Stiennon et al. 2020, Huang et al. 2024. */
        NORMAL,
        /** Not initialised: the checkpoint must have a head. */
        STORED
    }

    /**
     * Loads a reward model, or puts a new head on a language model. An adapter folder is loaded as in {@link
     * CausalLm#load}, and the head is trained along with the adapters.
     *
     * @param precision dtype of activations, and storage of frozen linear layers
     * @param trainable as in {@link CausalLm#load}
     * @param seed for a new head
     */
    public static ScalarModel load(
            Torch torch, Path folder, Precision precision, boolean trainable, HeadInit init, long seed) {
        CheckpointSource source = CheckpointSource.of(folder);
        RequiredParameters needed = required(source, init);
        double mean = mean(folder, needed.config());
        return new ScalarModel(needed.config(), source.load(torch, needed, precision, trainable, seed), mean);
    }

    /** Loads a checkpoint folder frozen, with new adapters; only these and the head are trained. */
    public static ScalarModel adapt(
            Torch torch, Path folder, Precision precision, HeadInit init, LoraConfig lora, long seed) {
        CheckpointSource source = CheckpointSource.of(folder);
        RequiredParameters needed = required(source, init);
        double mean = mean(folder, needed.config());
        return new ScalarModel(needed.config(), source.adapt(torch, needed, precision, lora, seed), mean);
    }

    /**
     * Returns whether the folder is an adapter of {@code base} that changes only the linear layers it adapts and the
     * head.
     */
    public static boolean isAdapterOf(Path folder, Path base) throws IOException {
        return AdapterFolder.isAdapter(folder)
                && Files.isSameFile(AdapterFolder.of(folder).base(), base)
                && CheckpointSource.of(folder).addsOnlyScalarHead();
    }

    /** Returns whether another model can share the body, that is, whether only adapters and the head are trained. */
    public boolean sharesBody() {
        return parameters.frozen(
                config.bodyParameters().stream().map(ParameterSpec::name).toList());
    }

    /**
     * Loads a reward model that uses the frozen body of another model with the same base. Its own tensors are the head
     * and, from an adapter folder, the adapter, which is not merged.
     *
     * @param body the other model's parameters, to be closed after this model
     * @param trainable whether adapter and head are trained; false for a checkpoint folder
     */
    public static ScalarModel loadOnto(Torch torch, Path folder, Parameters body, boolean trainable) {
        CheckpointSource source = CheckpointSource.of(folder);
        RequiredParameters needed = required(source, HeadInit.STORED);
        double mean = mean(folder, needed.config());
        return new ScalarModel(needed.config(), source.loadOnto(torch, needed, body, trainable), mean);
    }

    /**
     * Reads {@code reward_mean}; 0 if it is absent.
     *
     * @throws InputException if it is not a finite number
     */
    private static double mean(Path folder, ModelConfig config) {
        JsonNode mean = config.json().path(MEAN);
        if (mean.isMissingNode() || mean.isNull()) {
            return 0;
        }
        if (!mean.isNumber() || !Double.isFinite(mean.doubleValue())) {
            throw InputException.at(
                    folder,
                    "reward_mean in config.json is " + mean
                            + ", not a finite number: the scores were not finite when it was saved; train it again");
        }
        return mean.doubleValue();
    }

    private static RequiredParameters required(CheckpointSource source, HeadInit init) {
        ModelConfig config = source.config();
        double std = init == HeadInit.NORMAL ? 1 / Math.sqrt(config.hiddenSize() + 1.0) : 0;
        List<ParameterSpec> specs = new ArrayList<>(config.bodyParameters());
        specs.add(new ParameterSpec(HEAD, std, 0, 1, config.hiddenSize()));
        boolean onLanguageModel = init != HeadInit.STORED || source.adapter() != null;
        return new RequiredParameters(
                config,
                specs,
                init == HeadInit.STORED ? Set.of() : Set.of(HEAD),
                name -> config.ignorable(name) || (onLanguageModel && name.equals(config.headName())),
                PeftNames.module(HEAD));
    }

    public ModelConfig config() {
        return config;
    }

    public Parameters parameters() {
        return parameters;
    }

    /**
     * Switches gradient checkpointing on or off: see {@link CausalLm#gradientCheckpointing}.
     */
    public void gradientCheckpointing(boolean on) {
        decoder.checkpointing(on);
    }

    /** Sets the head and the subtracted mean to zero, so that every value is 0. */
    public void zeroHead() {
        mean = 0;
        parameters.torch().kernels().invoke("zero_", List.of(head));
    }

    /** Returns {@code reward_mean}, which is subtracted from the head's output; 0 before it is known. */
    public double mean() {
        return mean;
    }

    /** Returns the head's output at every position, [B, T] fp32, with the mean subtracted. */
    public NDArray values(Input input) {
        return centred(decoder.forward(input, false));
    }

    /**
     * Returns the scores of sequences, [B] fp32, with the mean subtracted. The last token is given by position and not
     * found by its id, because padding may equal the end token.
     *
     * @param last [B], each sequence's last token as an index into the flattened [B * T] positions: row * T + length -
     *     1
     */
    public NDArray scores(Input input, long[] last) {
        NDArray positions = parameters.torch().longs(last, last.length);
        return centred(decoder.forward(input, false, List.of(positions)).squeeze(1));
    }

    /** Applies the head to hidden states [.., D] and subtracts the mean: [..] fp32. */
    private NDArray centred(NDArray hidden) {
        Torch torch = parameters.torch();
        NDArray raw = torch.kernels().call("linear", hidden, head, List.of());
        NDArray wide = Dtype.FLOAT32.cast(torch, raw).squeeze(-1);
        return mean == 0 ? wide : torch.kernels().call("sub", wide, mean);
    }

    /** Returns the {@code pad_token_id} of the model's config, unless it is an end token or outside the vocabulary. */
    public OptionalInt padding() {
        int id = config.json().path("pad_token_id").asInt(-1);
        return id < 0 || id >= config.vocabSize() || config.eosIds().contains(id)
                ? OptionalInt.empty()
                : OptionalInt.of(id);
    }

    /**
     * Writes config and weights into a folder that the caller makes atomic. With adapters it writes only these and the
     * head, as PEFT does, and the config.
     *
     * @param limit the largest weight file
     * @param padding the {@code pad_token_id} to store, which no row may end with: transformers scores the rightmost
     *     other token. If empty, null is stored, and transformers scores one row at a time
     * @param rewardMean {@code reward_mean}, to be subtracted from raw scores
     * @param rewardStd {@code reward_std}
     */
    public void write(
            Path folder, Dtype stored, ShardSize limit, OptionalInt padding, double rewardMean, double rewardStd)
            throws IOException {
        ObjectNode json = config.json().deepCopy();
        json.putArray("architectures").add(config.architecture(true));
        json.putObject("id2label").put("0", "LABEL_0"); // transformers stores num_labels: 1 like this
        json.putObject("label2id").put("LABEL_0", 0);
        json.set("pad_token_id", padding.isPresent() ? IntNode.valueOf(padding.getAsInt()) : NullNode.getInstance());
        if (!Double.isFinite(rewardMean) || !Double.isFinite(rewardStd)) {
            throw new IllegalArgumentException("reward_mean " + rewardMean + ", reward_std " + rewardStd);
        }
        json.put(MEAN, rewardMean);
        json.put(STD, rewardStd);
        Adapters adapters = parameters.adapters();
        if (adapters == null) {
            HfFolder.write(folder, parameters.torch(), json, parameters.toWrite(), stored, limit);
            return;
        }
        AdapterFolder.write(
                folder, parameters.torch(), adapters.json("SEQ_CLS"), adapters.base(), parameters.trained());
        Json.mapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(folder.resolve("config.json").toFile(), json);
    }

    /** Sets {@code reward_mean} and {@code reward_std} in the config.json of a folder that {@link #write} filled. */
    public static void writeMoments(Path folder, double rewardMean, double rewardStd) throws IOException {
        Path file = folder.resolve("config.json");
        ObjectNode json = (ObjectNode) Json.mapper().readTree(file.toFile());
        json.put(MEAN, rewardMean).put(STD, rewardStd);
        AtomicFiles.writeString(
                file, Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(json));
    }

    @Override
    public void close() {
        decoder.close();
        parameters.close();
    }
}

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
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A decoder with a scalar head: a reward model (the score at a sequence's last token counts) or a critic (every position's
 * value counts). On disk it is HF's {@code …ForSequenceClassification} with {@code num_labels: 1}; {@code reward_mean} and
 * {@code reward_std} in its config are mean and spread of the SFT model's scores after training (docs/reference/metrics.md
 * defines them), and scores here have the mean taken off.
 */
public final class ScalarModel implements AutoCloseable {
    static final String HEAD = "score.weight";
    private static final String HEAD_MODULE = "score";
    private static final String MEAN = "reward_mean";

    private final ModelConfig config;
    private final Parameters parameters;
    private final Decoder decoder;
    private final NDArray head;
    private double mean;

    private ScalarModel(ModelConfig config, Parameters parameters, double mean) {
        this.config = config;
        this.parameters = parameters;
        this.decoder = Decoder.of(config, parameters);
        this.head = parameters.get(HEAD);
        this.mean = mean;
        parameters.checkAdapted();
    }

    /** How the head starts when the checkpoint has none. */
    public enum HeadInit {
        /** N(0, 1/(d+1)): Stiennon et al. 2020, Huang et al. 2024. */
        NORMAL,
        ZERO,
        /** The checkpoint must have one. */
        STORED
    }

    /**
     * Loads a reward model, or puts a new head on a language model. Of an adapter folder see {@link CausalLm#load}; the head is
     * trained along with the adapters.
     *
     * @param seed for a new head
     */
    public static ScalarModel load(
            Torch torch, Path folder, Dtype compute, boolean trainable, HeadInit init, long seed) {
        CheckpointSource source = CheckpointSource.of(folder);
        ModelConfig config = source.config();
        double mean = mean(folder, config);
        return new ScalarModel(
                config, source.load(torch, config, need(config, init, source), compute, trainable, seed), mean);
    }

    /** The same of a checkpoint folder, frozen, with new adapters; those and the head are trained. */
    public static ScalarModel adapt(
            Torch torch, Path folder, Dtype compute, HeadInit init, LoraConfig lora, long seed) {
        CheckpointSource source = CheckpointSource.of(folder);
        ModelConfig config = source.config();
        double mean = mean(folder, config);
        return new ScalarModel(
                config, source.adapt(torch, config, need(config, init, source), compute, lora, seed), mean);
    }

    /** @throws InputException if {@code reward_mean} is there and no finite number */
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

    private static CheckpointSource.Need need(ModelConfig config, HeadInit init, CheckpointSource source) {
        double std = init == HeadInit.NORMAL ? 1 / Math.sqrt(config.hiddenSize() + 1.0) : 0;
        List<ParameterSpec> specs = new ArrayList<>(config.bodyParameters());
        specs.add(new ParameterSpec(HEAD, std, 0, 1, config.hiddenSize()));
        boolean onLanguageModel = init != HeadInit.STORED || source.adapter() != null;
        return new CheckpointSource.Need(
                specs,
                init == HeadInit.STORED ? Set.of() : Set.of(HEAD),
                name -> config.ignorable(name) || (onLanguageModel && name.equals(config.headName())),
                HEAD_MODULE);
    }

    public ModelConfig config() {
        return config;
    }

    public Parameters parameters() {
        return parameters;
    }

    /** Sets the head to zero and takes nothing off any more, so that every value is 0: a critic that expects nothing yet. */
    public void zeroHead() {
        mean = 0;
        parameters.torch().kernels().invoke("zero_", List.of(head));
    }

    /** What is taken off the head's output: {@code reward_mean}, 0 before it is known. */
    public double mean() {
        return mean;
    }

    /** The head at every position, [B, T] fp32, mean taken off. */
    public NDArray values(Input input) {
        try (Scope scope = new Scope()) {
            Torch torch = parameters.torch();
            NDArray raw = torch.kernels().call("linear", decoder.forward(input, false), head, List.of());
            NDArray wide = Dtype.FLOAT32.cast(torch, raw).squeeze(-1);
            return scope.keep(mean == 0 ? wide : torch.kernels().call("minus", wide, mean));
        }
    }

    /**
     * The score at given places of the flattened [B * T] positions: each sequence's last token, known from its length and
     * never from ids (padding may equal the end token).
     *
     * @param last [B] indices row * T + length - 1
     */
    public NDArray scores(Input input, long[] last) {
        try (Scope scope = new Scope()) {
            Torch torch = parameters.torch();
            NDArray hidden = decoder.forward(input, false, List.of(torch.longs(last, last.length)))
                    .squeeze(1);
            NDArray raw = torch.kernels().call("linear", hidden, head, List.of());
            NDArray wide = Dtype.FLOAT32.cast(torch, raw).squeeze(-1);
            return scope.keep(mean == 0 ? wide : torch.kernels().call("minus", wide, mean));
        }
    }

    /**
     * Writes config and weights into a folder that the caller makes atomic; with adapters them and the head alone, as PEFT
     * does, and the config beside them.
     *
     * @param rewardMean what is to be taken off raw scores, {@code reward_mean}
     * @param rewardStd {@code reward_std}
     */
    public void write(Path folder, Dtype stored, double rewardMean, double rewardStd) throws IOException {
        write(folder, stored, ShardSize.parse(ShardSize.DEFAULT), padding(), rewardMean, rewardStd);
    }

    /** Returns the {@code pad_token_id} of the model's config, unless it ends a text. */
    public OptionalInt padding() {
        int id = config.json().path("pad_token_id").asInt(-1);
        return id < 0 || id >= config.vocabSize() || config.eosIds().contains(id)
                ? OptionalInt.empty()
                : OptionalInt.of(id);
    }

    /**
     * The same, in files of at most {@code limit}.
     *
     * @param padding the {@code pad_token_id} to store, which no row may end with: transformers scores the rightmost other token.
     *     If empty, null is stored, and transformers scores one row at a time
     */
    public void write(
            Path folder, Dtype stored, ShardSize limit, OptionalInt padding, double rewardMean, double rewardStd)
            throws IOException {
        ObjectNode json = config.json().deepCopy();
        json.putArray("architectures").add(config.architecture(true));
        json.putObject("id2label").put("0", "LABEL_0"); // this is how transformers stores num_labels: 1
        json.putObject("label2id").put("LABEL_0", 0);
        json.set("pad_token_id", padding.isPresent() ? IntNode.valueOf(padding.getAsInt()) : NullNode.getInstance());
        if (!Double.isFinite(rewardMean) || !Double.isFinite(rewardStd)) {
            throw new IllegalArgumentException("reward_mean " + rewardMean + ", reward_std " + rewardStd);
        }
        json.put(MEAN, rewardMean);
        json.put("reward_std", rewardStd);
        Adapters adapters = parameters.adapters();
        if (adapters == null) {
            HfFolder.write(folder, parameters.torch(), json, parameters.map(), stored, limit);
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
        json.put("reward_mean", rewardMean).put("reward_std", rewardStd);
        AtomicFiles.writeString(
                file, Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(json));
    }

    @Override
    public void close() {
        parameters.close();
    }
}

package dev.rlhf.inference;

import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.checkpoint.HfFolder;
import dev.rlhf.checkpoint.WeightFiles;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.ModelConfig;
import dev.rlhf.model.Parameters;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.report.console.Numbers;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.MemoryFigures;
import dev.rlhf.tensor.Torch;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Tokenizer;
import dev.rlhf.train.LoraOptions;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** The opened engine and compute dtype of one stage run, and what stages open with them. Closing it frees every tensor. */
public final class Models implements AutoCloseable {
    private final Torch torch;
    private final Dtype compute;

    private final PrintStream console;

    private Models(Torch torch, Dtype compute, PrintStream console) {
        this.torch = torch;
        this.compute = compute;
        this.console = console;
    }

    /** {@link #open(String, String, PrintStream)} that says nothing. */
    public static Models open(String device, String dtype) {
        return open(device, dtype, new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    }

    /**
     * Opens the engine.
     *
     * @param device auto, cpu, cuda or cuda:N
     * @param dtype of activations: auto ({@link Torch#defaultDtype}), float32 or bfloat16; trained weights are fp32 in any case
     * @param console prints the device, and each model that is loaded: its size and its loading time
     */
    public static Models open(String device, String dtype, PrintStream console) {
        Dtype chosen = switch (dtype) {
            case "auto" -> null;
            case "float32" -> Dtype.FLOAT32;
            case "bfloat16" -> Dtype.BFLOAT16;
            default -> throw new InputException("dtype: " + dtype + " is none of auto, float32, bfloat16");
        };
        Torch torch = Torch.open(device);
        Dtype compute = chosen == null ? torch.defaultDtype() : chosen;
        console.println(DeviceLine.of(torch, compute));
        return new Models(torch, compute, console);
    }

    public Torch torch() {
        return torch;
    }

    public Dtype compute() {
        return compute;
    }

    /** A language model to train: all of it, or new adapters on it; of an adapter folder the adapter. */
    public CausalLm trainable(Checkpoint from, LoraOptions lora, long seed) {
        return fitting(from, trainable(from.folder(), lora, seed));
    }

    /** A language model to train, all of it; of an adapter folder the adapter. */
    public CausalLm trainable(Checkpoint from) {
        return fitting(from, trainable(from.folder()));
    }

    /** A language model to run. */
    public CausalLm frozen(Checkpoint from) {
        return fitting(from, frozen(from.folder()));
    }

    /** A reward model to run. @throws InputException if the folder holds another kind of model */
    public ScalarModel rewardModel(Checkpoint from) {
        return fitting(from, rewardModel(from.folder()));
    }

    /** A reward model to train: all of it, or new adapters on it. */
    public ScalarModel trainableScalar(Checkpoint from, ScalarModel.HeadInit init, LoraOptions lora, long seed) {
        return fitting(from, trainableScalar(from.folder(), init, lora, seed));
    }

    private static CausalLm fitting(Checkpoint from, CausalLm model) {
        check(from, model.config(), model::close);
        return model;
    }

    private static ScalarModel fitting(Checkpoint from, ScalarModel model) {
        check(from, model.config(), model::close);
        return model;
    }

    private static void check(Checkpoint from, ModelConfig config, Runnable close) {
        try {
            from.requireFit(config);
        } catch (InputException e) {
            close.run();
            throw e;
        }
    }

    /** A language model to train. */
    public CausalLm trainable(Path folder) {
        return loaded(folder, () -> CausalLm.load(torch, folder, compute, true), CausalLm::parameters);
    }

    /** A language model to train: all of it, or new adapters on it; of an adapter folder the adapter. */
    CausalLm trainable(Path folder, LoraOptions lora, long seed) {
        if (!lora.use_peft()) {
            return trainable(folder);
        }
        return loaded(folder, () -> CausalLm.adapt(torch, folder, compute, lora.config(), seed), CausalLm::parameters);
    }

    /** A language model to run. */
    public CausalLm frozen(Path folder) {
        return loaded(folder, () -> CausalLm.load(torch, folder, compute, false), CausalLm::parameters);
    }

    /** A reward model to run. @throws InputException if the folder holds another kind of model */
    public ScalarModel rewardModel(Path folder) {
        checkReward(folder);
        return scalar(folder, false, ScalarModel.HeadInit.STORED, 0);
    }

    /** Says in one line that a folder holds no reward model; nothing is loaded. What an adapter holds shows when it is. */
    public static void checkReward(Path folder) {
        if (AdapterFolder.present(folder)) {
            return;
        }
        HfFolder hf = HfFolder.of(folder);
        try (WeightFiles weights = hf.weights()) {
            String kind = hf.config().path("architectures").path(0).asText("unknown architecture");
            if (!weights.has("score.weight")) {
                throw InputException.at(
                        folder, "no reward model (%s, without score.weight); `rlhf reward` trains one".formatted(kind));
            }
            long labels = weights.info("score.weight").shape()[0];
            if (labels != 1) {
                throw InputException.at(folder, "%s with %d labels; a reward model has one".formatted(kind, labels));
            }
        }
    }

    /** A reward model or critic to train. */
    public ScalarModel trainableScalar(Path folder, ScalarModel.HeadInit init, long seed) {
        return scalar(folder, true, init, seed);
    }

    /** The same, or new adapters on it. */
    public ScalarModel trainableScalar(Path folder, ScalarModel.HeadInit init, LoraOptions lora, long seed) {
        if (!lora.use_peft()) {
            return trainableScalar(folder, init, seed);
        }
        return loaded(
                folder,
                () -> ScalarModel.adapt(torch, folder, compute, init, lora.config(), seed),
                ScalarModel::parameters);
    }

    private ScalarModel scalar(Path folder, boolean trainable, ScalarModel.HeadInit init, long seed) {
        return loaded(
                folder, () -> ScalarModel.load(torch, folder, compute, trainable, init, seed), ScalarModel::parameters);
    }

    private <M> M loaded(Path folder, Supplier<M> load, Function<M, Parameters> parameters) {
        long start = System.nanoTime();
        M model = load.get();
        double seconds = (System.nanoTime() - start) / 1e9;
        Parameters weights = parameters.apply(model);
        MemoryFigures memory = torch.memory();
        console.printf(
                "%s: %s parameters, %s, %s in %s; %s in memory, %s at most%n",
                folder,
                Numbers.compact((double) weights.count()),
                weights.dtype().hf() + trained(weights),
                weights.mapped() ? "mapped (to be read when used)" : "loaded",
                Numbers.duration(seconds),
                Numbers.bytes((double) memory.resident()),
                Numbers.bytes((double) memory.peakResident()));
        return model;
    }

    private static String trained(Parameters weights) {
        long trained = weights.trainedCount();
        if (trained == 0 || weights.trainable()) {
            return trained == 0 ? "" : ", trained";
        }
        return ", %s of them trained (%.2g %%)"
                .formatted(Numbers.compact((double) trained), 100.0 * trained / weights.count());
    }

    /** How the checkpoint of the tokenizer converses: {@link ConversationFormat#of}. */
    public static ConversationFormat format(Tokenizer tokenizer) {
        return ConversationFormat.of(tokenizer);
    }

    /** Tokens that end a completion: the format's, and those of the checkpoint's config. */
    public static Set<Integer> stopIds(ConversationFormat format, ModelConfig config) {
        Set<Integer> ids = new HashSet<>(config.eosIds());
        ids.addAll(format.stopIds());
        return ids;
    }

    @Override
    public void close() {
        torch.close();
    }
}

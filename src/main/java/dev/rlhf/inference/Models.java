package dev.rlhf.inference;

import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.checkpoint.HfFolder;
import dev.rlhf.checkpoint.WeightFiles;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.ModelConfig;
import dev.rlhf.model.Parameters;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.report.console.Numbers;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.MemoryUsage;
import dev.rlhf.tensor.Torch;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The engine of a stage: its device and precision, on which it loads all its models. It loads frozen ones itself;
 * {@code train.TrainableModels} loads those to be trained through it. Closing it frees every tensor.
 */
public final class Models implements AutoCloseable {
    private final Torch torch;
    private final EngineOptions engine;
    private final Precision precision;
    private final PrintStream console;

    private Models(Torch torch, EngineOptions engine, Dtype compute, PrintStream console) {
        this.torch = torch;
        this.engine = engine;
        this.precision = new Precision(compute, engine.quantization());
        this.console = console;
    }

    /** Opens the engine without printing anything. */
    public static Models open(EngineOptions engine) {
        return open(engine, new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    }

    /** Opens the engine and prints the device, and then the size and loading time of each model as it is loaded. */
    public static Models open(EngineOptions engine, PrintStream console) {
        Dtype chosen = switch (engine.dtype()) {
            case "auto" -> null;
            case "float32" -> Dtype.FLOAT32;
            case "bfloat16" -> Dtype.BFLOAT16;
            default -> throw new InputException("dtype: " + engine.dtype() + " is not one of auto, float32, bfloat16");
        };
        Torch torch = Torch.open(engine.device());
        Dtype compute = chosen == null ? torch.defaultDtype() : chosen;
        console.println(DeviceLine.of(torch, compute));
        return new Models(torch, engine, compute, console);
    }

    public Torch torch() {
        return torch;
    }

    /** Returns the options that the engine was opened with. */
    public EngineOptions engine() {
        return engine;
    }

    /** Returns the dtype of activations and of frozen weights that are not quantised; trained weights are float32. */
    public Dtype compute() {
        return precision.compute();
    }

    /** Loads a frozen language model. */
    public CausalLm frozen(Checkpoint from) {
        return languageModel(from, (t, p) -> CausalLm.load(t, from.folder(), p, false));
    }

    /**
     * Loads a frozen reward model.
     *
     * @throws InputException if the folder holds another kind of model
     */
    public ScalarModel rewardModel(Checkpoint from) {
        requireRewardModel(from.folder());
        return scalarModel(
                from, (t, p) -> ScalarModel.load(t, from.folder(), p, false, ScalarModel.HeadInit.STORED, 0));
    }

    /**
     * Loads a frozen reward model that uses the body of another model; see {@link ScalarModel#loadOnto}.
     *
     * @throws InputException if the folder holds another kind of model
     */
    public ScalarModel rewardModelOnto(Checkpoint from, Parameters body) {
        requireRewardModel(from.folder());
        return scalarModel(from, (t, _) -> ScalarModel.loadOnto(t, from.folder(), body, false));
    }

    /**
     * Loads a language model, prints its size and the loading time, and checks that the tokenizer fits.
     *
     * @param load loads the weights with this engine and precision
     * @throws InputException if the tokenizer has more tokens than the model
     */
    public CausalLm languageModel(Checkpoint from, BiFunction<Torch, Precision, CausalLm> load) {
        requireLanguageModel(from.folder());
        CausalLm model = loaded(from.folder(), load, CausalLm::parameters);
        requireFit(from, model.config(), model::close);
        return model;
    }

    /** As {@link #languageModel}, for a reward model or critic. */
    public ScalarModel scalarModel(Checkpoint from, BiFunction<Torch, Precision, ScalarModel> load) {
        ScalarModel model = loaded(from.folder(), load, ScalarModel::parameters);
        requireFit(from, model.config(), model::close);
        return model;
    }

    /**
     * Refuses a folder that holds a reward model.
     *
     * @throws InputException with the architecture that was found
     */
    private static void requireLanguageModel(Path folder) {
        if (AdapterFolder.isAdapter(folder)) {
            if (AdapterFolder.of(folder).ofRewardModel()) {
                throw InputException.at(folder, "the adapter of a reward model; this needs a language model");
            }
            return;
        }
        HfFolder hf = HfFolder.of(folder);
        String kind = hf.config().path("architectures").path(0).asText();
        if (kind.endsWith("ForSequenceClassification")) {
            throw InputException.at(folder, "a reward model (%s); this needs a language model".formatted(kind));
        }
    }

    /**
     * Refuses a folder that holds no reward model, without loading it. The head of an adapter is not checked until it
     * is loaded.
     *
     * @throws InputException with the architecture, or the adapter's task, that was found
     */
    public static void requireRewardModel(Path folder) {
        if (AdapterFolder.isAdapter(folder)) {
            if (AdapterFolder.of(folder).taskType().equals("CAUSAL_LM")) {
                throw InputException.at(
                        folder, "no reward model (the adapter of a language model); `rlhf reward` trains one");
            }
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

    private static void requireFit(Checkpoint from, ModelConfig config, Runnable close) {
        try {
            from.requireFit(config);
        } catch (InputException e) {
            close.run();
            throw e;
        }
    }

    private <M> M loaded(Path folder, BiFunction<Torch, Precision, M> load, Function<M, Parameters> parameters) {
        long start = System.nanoTime();
        M model = load.apply(torch, precision);
        double seconds = (System.nanoTime() - start) / 1e9;
        Parameters weights = parameters.apply(model);
        MemoryUsage memory = torch.memory();
        console.printf(
                "%s: %s parameters, %s, %s in %s; %s in memory, %s at most%s%n",
                folder,
                Numbers.compact((double) weights.count()),
                weights.dtype().hf() + quantized(weights) + trained(weights),
                weights.shared()
                        ? "sharing the body of a model above"
                        : weights.mapped() && !weights.quantized() ? "mapped (read on first use)" : "loaded",
                Numbers.duration(seconds),
                Numbers.bytes((double) memory.resident()),
                Numbers.bytes((double) memory.peakResident()),
                torch.onGpu() ? "; %s on the GPU".formatted(Numbers.bytes((double) memory.gpu())) : "");
        return model;
    }

    private String quantized(Parameters weights) {
        return weights.quantized() ? ", linear layers in " + (engine.load_in_4bit() ? 4 : 8) + " bits" : "";
    }

    private static String trained(Parameters weights) {
        long trained = weights.trainedCount();
        if (trained == 0 || weights.trainable()) {
            return trained == 0 ? "" : ", trained";
        }
        return ", %s of them trained (%.2g %%)"
                .formatted(Numbers.compact((double) trained), 100.0 * trained / weights.count());
    }

    @Override
    public void close() {
        torch.close();
    }
}

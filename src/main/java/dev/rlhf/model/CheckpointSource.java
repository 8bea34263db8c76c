package dev.rlhf.model;

import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.checkpoint.HfFolder;
import dev.rlhf.checkpoint.Safetensors;
import dev.rlhf.checkpoint.WeightFiles;
import dev.rlhf.model.lora.AdapterLoading;
import dev.rlhf.model.lora.Adapters;
import dev.rlhf.model.lora.LinearModule;
import dev.rlhf.model.lora.LoraConfig;
import dev.rlhf.model.lora.LoraJson;
import dev.rlhf.model.lora.PeftNames;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.model.quantized.Quantization;
import dev.rlhf.tensor.CloseOnFailure;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folders a model is loaded from: a checkpoint folder, or an adapter folder and the checkpoint it names.
 *
 * @param given the folder that the user named
 * @param base the checkpoint
 * @param adapter the adapter; null: none
 */
record CheckpointSource(Path given, HfFolder base, @Nullable AdapterFolder adapter) {
    /**
     * Finds the checkpoint, and the adapter if {@code folder} holds one.
     *
     * @throws InputException if there is no checkpoint, or an adapter's base does not exist
     */
    static CheckpointSource of(Path folder) {
        if (!AdapterFolder.isAdapter(folder)) {
            return new CheckpointSource(folder, HfFolder.of(folder), null);
        }
        AdapterFolder adapter = AdapterFolder.of(folder);
        if (AdapterFolder.isAdapter(adapter.base())) {
            throw InputException.at(
                    adapter.configFile(), "the base is an adapter itself; merge that first (rlhf merge)");
        }
        return new CheckpointSource(folder, HfFolder.of(adapter.base()), adapter);
    }

    /** Reads the model's config: see {@link Families#read(Path)}. */
    ModelConfig config() {
        return Families.read(given);
    }

    /**
     * Loads the checkpoint, and the adapter if there is one. A trainable adapter is the only trained part. A frozen
     * adapter is merged into the weights, unless they are quantised.
     *
     * @param seed for parameters that the checkpoint lacks
     */
    Parameters load(Torch torch, RequiredParameters needed, Precision precision, boolean trainable, long seed) {
        Dtype compute = precision.compute();
        if (adapter == null) {
            LoadOptions options = LoadOptions.all(compute, trainable).withQuantization(precision.linear());
            return base(torch, needed, options, seed).build();
        }
        LoraConfig stored = stored(adapter, needed);
        LoraConfig lora = trainable ? withHead(stored, needed) : stored;
        checkSaved(lora, needed);
        try (Safetensors file = adapter.open();
                CloseOnFailure made = new CloseOnFailure()) {
            Map<String, String> saved = saved(file, needed);
            checkVocabulary(adapter, file, saved, needed.config());
            Adapters adapters = made.add(
                    AdapterLoading.read(torch, adapter, lora, needed.config().linearModules(), file, saved),
                    Adapters::close);
            checkShapes(file, saved, needed);
            Set<String> fresh = new HashSet<>(needed.fresh());
            fresh.addAll(saved.keySet());
            boolean merged = !trainable && precision.linear() == Quantization.NONE;
            LoadOptions options =
                    merged ? LoadOptions.merged(compute, adapters) : separate(compute, adapters, trainable);
            ParametersBuilder parameters = made.add(
                    base(torch, needed.withFresh(fresh), options.withQuantization(precision.linear()), seed),
                    ParametersBuilder::close);
            saved.forEach((name, tensor) -> parameters.replace(name, file.load(torch, tensor, Dtype.FLOAT32)));
            if (merged) {
                adapters.close();
            }
            return made.complete(parameters.build());
        }
    }

    /** Returns options for frozen weights with adapters that are not merged. */
    private static LoadOptions separate(Dtype compute, Adapters adapters, boolean trainable) {
        return trainable
                ? LoadOptions.withAdapters(compute, adapters.requireGradients())
                : LoadOptions.unmerged(compute, adapters);
    }

    /**
     * Loads the checkpoint frozen, with new adapters.
     *
     * @param seed for the adapters, and for parameters that the checkpoint lacks
     */
    Parameters adapt(Torch torch, RequiredParameters needed, Precision precision, LoraConfig lora, long seed) {
        if (adapter != null) {
            throw InputException.at(
                    given, "is an adapter already; train it further without use_peft, or merge it first (rlhf merge)");
        }
        LoraConfig full = withHead(lora, needed);
        List<String> nothing = full.unmatchedModulesToSave(modules(needed));
        if (!nothing.isEmpty()) {
            throw new InputException("modules_to_save: the model has no module " + String.join(", ", nothing));
        }
        checkSaved(full, needed);
        try (CloseOnFailure made = new CloseOnFailure()) {
            Adapters adapters = made.add(
                    AdapterLoading.create(torch, given, full, needed.config().linearModules(), seed), Adapters::close);
            LoadOptions options = separate(precision.compute(), adapters, true).withQuantization(precision.linear());
            return made.complete(base(torch, needed, options, seed).build());
        }
    }

    /**
     * Returns whether the folder adds only an adapter and a scalar head to its base, so that it can be loaded {@link
     * #loadOnto} the base's tensors.
     */
    boolean addsOnlyScalarHead() {
        if (adapter == null) {
            return false;
        }
        try (Safetensors file = adapter.open()) {
            return PeftNames.savedTensors(file, UnaryOperator.identity())
                    .keySet()
                    .equals(Set.of(ModelConfig.SCALAR_HEAD));
        }
    }

    /**
     * Loads a model with a scalar head that uses the body of another model: from a checkpoint folder it reads only the
     * head, from an adapter folder the adapter and the head. A frozen adapter is not merged, because the body must not
     * change.
     * @param body the parameters with the frozen body; they must be closed after the result
     * @param trainable whether to train adapter and head; must be false for a checkpoint folder
     */
    Parameters loadOnto(Torch torch, RequiredParameters needed, Parameters body, boolean trainable) {
        List<String> shared = needed.specs().stream()
                .map(ParameterSpec::name)
                .filter(name -> !name.equals(ModelConfig.SCALAR_HEAD))
                .toList();
        return adapter == null
                ? loadHeadOnto(torch, needed, body, shared)
                : loadAdapterOnto(torch, adapter, needed, body, shared, trainable);
    }

    private Parameters loadHeadOnto(Torch torch, RequiredParameters needed, Parameters body, List<String> shared) {
        String head = ModelConfig.SCALAR_HEAD;
        LoadOptions options = LoadOptions.all(body.compute(), false);
        try (WeightFiles weights = base.weights();
                CloseOnFailure made = new CloseOnFailure()) {
            String stored = weights.names().stream()
                    .filter(name -> needed.config().canonical(name).equals(head))
                    .findFirst()
                    .orElseThrow(() -> InputException.at(given, "has no " + head));
            ParametersBuilder parameters = made.add(body.sharing(shared, options), ParametersBuilder::close);
            parameters.add(head, options.load(torch, weights, stored, head));
            return made.complete(parameters.build());
        }
    }

    private Parameters loadAdapterOnto(
            Torch torch,
            AdapterFolder adapter,
            RequiredParameters needed,
            Parameters body,
            List<String> shared,
            boolean trainable) {
        LoraConfig stored = stored(adapter, needed);
        LoraConfig lora = trainable ? withHead(stored, needed) : stored;
        try (Safetensors file = adapter.open();
                CloseOnFailure made = new CloseOnFailure()) {
            Map<String, String> saved = saved(file, needed);
            checkVocabulary(adapter, file, saved, needed.config());
            checkShapes(file, saved, needed);
            Adapters adapters = made.add(
                    AdapterLoading.read(torch, adapter, lora, needed.config().linearModules(), file, saved),
                    Adapters::close);
            ParametersBuilder parameters = made.add(
                    body.sharing(shared, separate(body.compute(), adapters, trainable)), ParametersBuilder::close);
            String head = Objects.requireNonNull(saved.get(ModelConfig.SCALAR_HEAD));
            parameters.addFp32(ModelConfig.SCALAR_HEAD, file.load(torch, head, Dtype.FLOAT32));
            return made.complete(parameters.build());
        }
    }

    /** Returns the adapter's settings; names in {@code modules_to_save} that match no module become those used here. */
    private static LoraConfig stored(AdapterFolder adapter, RequiredParameters needed) {
        LoraConfig lora = LoraJson.read(adapter.config(), adapter.configFile());
        List<String> modules = modules(needed);
        List<String> unmatched = lora.unmatchedModulesToSave(modules);
        return lora.withModulesToSave(lora.modulesToSave().stream()
                .map(name -> {
                    String canonical = PeftNames.module(needed.config().canonical(name + ".weight"));
                    return unmatched.contains(name) && modules.contains(canonical) ? canonical : name;
                })
                .toList());
    }

    /** Returns the stored names of the tensors of modules that were trained in full, by their names here. */
    private static Map<String, String> saved(Safetensors file, RequiredParameters needed) {
        ModelConfig config = needed.config();
        Set<String> names = needed.specs().stream().map(ParameterSpec::name).collect(Collectors.toSet());
        return PeftNames.savedTensors(
                file, stored -> names.contains(config.canonical(stored)) ? config.canonical(stored) : stored);
    }

    private static LoraConfig withHead(LoraConfig lora, RequiredParameters needed) {
        return needed.head() == null ? lora : lora.withModuleToSave(needed.head());
    }

    private ParametersBuilder base(Torch torch, RequiredParameters needed, LoadOptions options, long seed) {
        try (WeightFiles weights = base.weights()) {
            return ParameterLoading.load(torch, weights, needed, options, seed);
        }
    }

    /** Refuses a module in {@code modules_to_save} that shares its weights or also gets an adapter, as PEFT does. */
    private static void checkSaved(LoraConfig lora, RequiredParameters needed) {
        ModelConfig config = needed.config();
        String embedding = PeftNames.module(config.embeddingName());
        String head = PeftNames.module(config.headName());
        if (config.tied() && needed.head() == null && (lora.saves(embedding) || lora.saves(head))) {
            throw new InputException("modules_to_save: " + (lora.saves(embedding) ? embedding : head)
                    + " is not supported here: the head shares its weights");
        }
        config.linearModules().stream()
                .map(LinearModule::name)
                .filter(module -> lora.saves(module) && lora.adapts(module))
                .findFirst()
                .ifPresent(module -> {
                    throw new InputException("modules_to_save: " + String.join(", ", lora.modulesToSave()) + " matches "
                            + module + ", which target_modules gives an adapter; write more of the name");
                });
    }

    private static List<String> modules(RequiredParameters needed) {
        return needed.specs().stream()
                .map(spec -> PeftNames.module(spec.name()))
                .distinct()
                .toList();
    }

    /**
     * Refuses an adapter that was trained on a base with another vocabulary: its embedding, head or config.json has
     * that base's number of tokens.
     */
    private void checkVocabulary(
            AdapterFolder adapter, Safetensors file, Map<String, String> saved, ModelConfig config) {
        long own = base.config().path("vocab_size").asLong(config.vocabSize());
        long trained = Stream.of(config.embeddingName(), config.headName())
                .flatMap(name -> Stream.ofNullable(saved.get(name)))
                .map(stored -> file.info(stored).shape()[0])
                .filter(size -> size != own)
                .findFirst()
                .orElse((long) config.vocabSize());
        if (trained != own) {
            throw InputException.at(
                    adapter.path(),
                    "the adapter was trained on a base with %d tokens, and its base %s has %d; "
                                    .formatted(trained, base.path(), own)
                            + "name the base it was trained on, or resize this one"
                            + " (transformers: model.resize_token_embeddings(%d)) and save it".formatted(trained));
        }
    }

    private void checkShapes(Safetensors file, Map<String, String> saved, RequiredParameters needed) {
        saved.forEach((name, stored) -> {
            long[] shape = file.info(stored).shape();
            boolean fits = needed.specs().stream()
                    .anyMatch(spec -> spec.name().equals(name) && Arrays.equals(spec.shape(), shape));
            if (!fits) {
                throw InputException.at(
                        given, stored + " of shape " + Arrays.toString(shape) + " does not fit the base");
            }
        });
    }
}

package dev.rlhf.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
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

    /**
     * Reads the adapter's own config.json if there is one (a reward model's adapter has one, with additional keys),
     * otherwise the base's.
     */
    ModelConfig config() {
        HfFolder from = adapter != null && Files.isRegularFile(adapter.path().resolve("config.json"))
                ? HfFolder.of(adapter.path())
                : base;
        ObjectNode json = from.config();
        return Families.read(json, from.path().resolve("config.json").toString());
    }

    /**
     * Returns the adapter's {@code task_type}, {@code CAUSAL_LM} or {@code SEQ_CLS}; empty without an adapter or a
     * type.
     */
    String taskType() {
        return adapter == null ? "" : adapter.config().path("task_type").asText("");
    }

    /**
     * What a kind of model requires of a checkpoint.
     *
     * @param specs all parameters, head included
     * @param fresh names, such as a new head, that may be missing and are then initialised
     * @param unused selects stored tensors, by their full names, that may remain unused
     * @param head module that is trained in full along with adapters; null: none
     */
    record Requirements(
            List<ParameterSpec> specs,
            Set<String> fresh,
            Predicate<String> unused,
            @Nullable String head) {}

    /**
     * Loads the checkpoint, and the adapter if there is one. A trainable adapter is the only trained part. A frozen
     * adapter is merged into the weights, unless they are quantised.
     *
     * @param seed for parameters that the checkpoint lacks
     */
    Parameters load(
            Torch torch, ModelConfig config, Requirements needed, Precision precision, boolean trainable, long seed) {
        Dtype compute = precision.compute();
        if (adapter == null) {
            LoadOptions options = LoadOptions.all(compute, trainable).withQuantization(precision.linear());
            return base(torch, config, needed, options, seed).build();
        }
        LoraConfig stored = LoraJson.read(adapter.config(), adapter.configFile());
        LoraConfig lora = trainable ? withHead(stored, needed) : stored;
        checkSaved(lora, config, needed);
        try (Safetensors file = adapter.open();
                CloseOnFailure made = new CloseOnFailure()) {
            checkVocabulary(adapter, file, config);
            Map<String, String> saved = PeftNames.savedTensors(file);
            Adapters adapters =
                    made.add(AdapterLoading.read(torch, adapter, lora, config.linearModules(), file), Adapters::close);
            checkShapes(file, saved, needed);
            Set<String> fresh = new HashSet<>(needed.fresh());
            fresh.addAll(saved.keySet());
            boolean merged = !trainable && precision.linear() == Quantization.NONE;
            LoadOptions options;
            if (merged) {
                options = LoadOptions.merged(compute, adapters);
            } else {
                LoadOptions plain = trainable
                        ? LoadOptions.withAdapters(compute, adapters.requireGradients())
                        : LoadOptions.unmerged(compute, adapters);
                options = plain.withQuantization(precision.linear());
            }
            Requirements present = new Requirements(needed.specs(), fresh, needed.unused(), needed.head());
            ParametersBuilder parameters =
                    made.add(base(torch, config, present, options, seed), ParametersBuilder::close);
            saved.forEach((name, tensor) -> parameters.replace(name, file.load(torch, tensor, Dtype.FLOAT32)));
            if (merged) {
                adapters.close();
            }
            return made.complete(parameters.build());
        }
    }

    /**
     * Loads the checkpoint frozen, with new adapters.
     *
     * @param seed for the adapters, and for parameters that the checkpoint lacks
     */
    Parameters adapt(
            Torch torch, ModelConfig config, Requirements needed, Precision precision, LoraConfig lora, long seed) {
        if (adapter != null) {
            throw InputException.at(
                    given, "is an adapter already; train it further without use_peft, or merge it first (rlhf merge)");
        }
        LoraConfig full = withHead(lora, needed);
        List<String> nothing = full.unmatchedModulesToSave(modules(needed));
        if (!nothing.isEmpty()) {
            throw new InputException("modules_to_save: the model has no module " + String.join(", ", nothing));
        }
        checkSaved(full, config, needed);
        try (CloseOnFailure made = new CloseOnFailure()) {
            Adapters adapters =
                    made.add(AdapterLoading.create(torch, given, full, config.linearModules(), seed), Adapters::close);
            LoadOptions options = LoadOptions.withAdapters(precision.compute(), adapters.requireGradients())
                    .withQuantization(precision.linear());
            return made.complete(base(torch, config, needed, options, seed).build());
        }
    }

    /**
     * Returns whether the folder adds only an adapter and a head to its base, so that it can be loaded {@link
     * #loadOnto} the base's tensors.
     *
     * @param head the head's parameter
     */
    boolean addsOnly(String head) {
        if (adapter == null) {
            return false;
        }
        try (Safetensors file = adapter.open()) {
            return PeftNames.savedTensors(file).keySet().equals(Set.of(head));
        }
    }

    /**
     * Loads a model that uses the body of another model: from a checkpoint folder it reads only the head, from an
     * adapter folder the adapter and the head. A frozen adapter is not merged, because the body must not change.
     * @param body the parameters with the frozen body; they must be closed after the result
     * @param head the head's parameter
     * @param trainable whether to train adapter and head; must be false for a checkpoint folder
     */
    Parameters loadOnto(
            Torch torch, ModelConfig config, Requirements needed, Parameters body, String head, boolean trainable) {
        List<String> shared = needed.specs().stream()
                .map(ParameterSpec::name)
                .filter(name -> !name.equals(head))
                .toList();
        if (adapter == null) {
            LoadOptions options = LoadOptions.all(body.compute(), false);
            try (WeightFiles weights = base.weights();
                    CloseOnFailure made = new CloseOnFailure()) {
                String stored = weights.names().stream()
                        .filter(name -> config.canonical(name).equals(head))
                        .findFirst()
                        .orElseThrow(() -> InputException.at(given, "has no " + head));
                ParametersBuilder parameters = made.add(body.sharing(shared, options), ParametersBuilder::close);
                parameters.add(head, options.load(torch, weights, stored, head));
                return made.complete(parameters.build());
            }
        }
        LoraConfig stored = LoraJson.read(adapter.config(), adapter.configFile());
        LoraConfig lora = trainable ? withHead(stored, needed) : stored;
        try (Safetensors file = adapter.open();
                CloseOnFailure made = new CloseOnFailure()) {
            checkVocabulary(adapter, file, config);
            Map<String, String> saved = PeftNames.savedTensors(file);
            checkShapes(file, saved, needed);
            Adapters adapters =
                    made.add(AdapterLoading.read(torch, adapter, lora, config.linearModules(), file), Adapters::close);
            LoadOptions options = trainable
                    ? LoadOptions.withAdapters(body.compute(), adapters.requireGradients())
                    : LoadOptions.unmerged(body.compute(), adapters);
            ParametersBuilder parameters = made.add(body.sharing(shared, options), ParametersBuilder::close);
            parameters.addFp32(head, file.load(torch, Objects.requireNonNull(saved.get(head)), Dtype.FLOAT32));
            return made.complete(parameters.build());
        }
    }

    private static LoraConfig withHead(LoraConfig lora, Requirements needed) {
        return needed.head() == null ? lora : lora.withModuleToSave(needed.head());
    }

    private ParametersBuilder base(
            Torch torch, ModelConfig config, Requirements needed, LoadOptions options, long seed) {
        try (WeightFiles weights = base.weights()) {
            return ParameterLoading.load(torch, weights, config, needed, options, seed);
        }
    }

    /** Refuses a module in {@code modules_to_save} that shares its weights or also gets an adapter, as PEFT does. */
    private static void checkSaved(LoraConfig lora, ModelConfig config, Requirements needed) {
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

    private static List<String> modules(Requirements needed) {
        return needed.specs().stream()
                .map(spec -> PeftNames.module(spec.name()))
                .distinct()
                .toList();
    }

    /**
     * Refuses an adapter that was trained on a base with another vocabulary: its embedding, head or config.json has
     * that base's number of tokens.
     */
    private void checkVocabulary(AdapterFolder adapter, Safetensors file, ModelConfig config) {
        long own = base.config().path("vocab_size").asLong(config.vocabSize());
        long trained = Stream.of(config.embeddingName(), config.headName())
                .map(PeftNames::saved)
                .filter(file.tensors()::containsKey)
                .map(name -> file.info(name).shape()[0])
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

    private void checkShapes(Safetensors file, Map<String, String> saved, Requirements needed) {
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

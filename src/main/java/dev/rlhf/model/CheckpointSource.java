package dev.rlhf.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.checkpoint.HfFolder;
import dev.rlhf.checkpoint.Safetensors;
import dev.rlhf.checkpoint.WeightFiles;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a model is loaded from: a checkpoint folder, or an adapter folder and the checkpoint it names.
 *
 * @param given what the user named
 * @param base the checkpoint
 * @param adapter null: the checkpoint alone
 */
record CheckpointSource(Path given, HfFolder base, @Nullable AdapterFolder adapter) {
    /** @throws InputException if there is no checkpoint, or an adapter's base is not there */
    static CheckpointSource of(Path folder) {
        if (!AdapterFolder.present(folder)) {
            return new CheckpointSource(folder, HfFolder.of(folder), null);
        }
        AdapterFolder adapter = AdapterFolder.of(folder);
        if (AdapterFolder.present(adapter.base())) {
            throw InputException.at(
                    adapter.configFile(), "the base is an adapter itself; merge that first (rlhf merge)");
        }
        return new CheckpointSource(folder, HfFolder.of(adapter.base()), adapter);
    }

    /** The base's config.json; an adapter of a reward model carries its own, which says more. */
    ModelConfig config() {
        HfFolder from = adapter != null && Files.isRegularFile(adapter.path().resolve("config.json"))
                ? HfFolder.of(adapter.path())
                : base;
        ObjectNode json = from.config();
        return ModelConfig.read(json, from.path().resolve("config.json").toString());
    }

    /** {@code CAUSAL_LM}, {@code SEQ_CLS}; nothing if no adapter says. */
    String taskType() {
        return adapter == null ? "" : adapter.config().path("task_type").asText("");
    }

    /**
     * What a kind of model needs of a checkpoint.
     *
     * @param specs all parameters, with the head
     * @param fresh those that may be missing and start new
     * @param unused names that may be left over
     * @param head module trained as a whole along with adapters; null: none
     */
    record Need(
            List<ParameterSpec> specs,
            Set<String> fresh,
            Predicate<String> unused,
            @Nullable String head) {}

    /**
     * Loads the checkpoint, and the adapter if there is one: merged into the weights, or (trainable) on them, so that it and
     * nothing else goes on being trained.
     */
    Parameters load(Torch torch, ModelConfig config, Need need, Dtype compute, boolean trainable, long seed) {
        if (adapter == null) {
            return base(torch, config, need, LoadOptions.all(compute, trainable), seed);
        }
        LoraConfig stored = LoraJson.read(adapter.config(), adapter.configFile());
        LoraConfig lora = trainable ? withHead(stored, need) : stored;
        checkSaved(lora, config, need);
        try (Safetensors file = adapter.open()) {
            checkVocabulary(adapter, file, config);
            Adapters adapters = Adapters.read(torch, adapter, lora, config, file);
            Map<String, String> saved = Adapters.savedTensors(file);
            checkShapes(file, saved, need);
            Set<String> fresh = new HashSet<>(need.fresh());
            fresh.addAll(saved.keySet());
            Parameters parameters = base(
                    torch,
                    config,
                    new Need(need.specs(), fresh, need.unused(), need.head()),
                    trainable
                            ? LoadOptions.withAdapters(compute, adapters.trained())
                            : LoadOptions.merged(compute, adapters),
                    seed);
            saved.forEach((name, tensor) -> parameters.replace(name, file.load(torch, tensor, Dtype.FLOAT32)));
            if (!trainable) {
                adapters.close();
            }
            return parameters;
        }
    }

    /** Loads the checkpoint frozen, with new adapters on it. */
    Parameters adapt(Torch torch, ModelConfig config, Need need, Dtype compute, LoraConfig lora, long seed) {
        if (adapter != null) {
            throw InputException.at(
                    given, "is an adapter already; go on training it without use_peft, or merge it first (rlhf merge)");
        }
        LoraConfig full = withHead(lora, need);
        List<String> nothing = full.savingNothing(modules(need));
        if (!nothing.isEmpty()) {
            throw new InputException("modules_to_save: the model has no module " + String.join(", ", nothing));
        }
        checkSaved(full, config, need);
        Adapters adapters = Adapters.create(torch, given, full, config, seed);
        return base(torch, config, need, LoadOptions.withAdapters(compute, adapters.trained()), seed);
    }

    private static LoraConfig withHead(LoraConfig lora, Need need) {
        return need.head() == null ? lora : lora.saving(need.head());
    }

    private Parameters base(Torch torch, ModelConfig config, Need need, LoadOptions how, long seed) {
        try (WeightFiles weights = base.weights()) {
            return ParameterLoading.load(
                    torch,
                    weights,
                    need.specs(),
                    name -> Names.canonical(config, name),
                    need.fresh(),
                    need.unused(),
                    how,
                    seed);
        }
    }

    /** Refuses what shares weights with something else, and what is to have an adapter as well (PEFT refuses it too). */
    private static void checkSaved(LoraConfig lora, ModelConfig config, Need need) {
        String embedding = module(config.embeddingName());
        String head = module(config.headName());
        if (config.tied() && need.head() == null && (lora.saves(embedding) || lora.saves(head))) {
            throw new InputException("modules_to_save: " + (lora.saves(embedding) ? embedding : head)
                    + " is not supported here: the head shares its weights");
        }
        LinearModule.of(config).stream()
                .map(LinearModule::name)
                .filter(module -> lora.saves(module) && lora.adapts(module))
                .findFirst()
                .ifPresent(module -> {
                    throw new InputException("modules_to_save: " + String.join(", ", lora.modulesToSave()) + " means "
                            + module + ", which target_modules gives an adapter; write more of the name");
                });
    }

    private static List<String> modules(Need need) {
        return need.specs().stream().map(spec -> module(spec.name())).distinct().toList();
    }

    /** An adapter of a base that was resized has that base's number of tokens in its embedding or head, or in its config.json. */
    private void checkVocabulary(AdapterFolder adapter, Safetensors file, ModelConfig config) {
        long own = base.config().path("vocab_size").asLong(config.vocabSize());
        long trained = Stream.of(config.embeddingName(), config.headName())
                .map(Adapters::savedName)
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

    private static String module(String parameter) {
        return parameter.substring(0, parameter.lastIndexOf('.'));
    }

    private void checkShapes(Safetensors file, Map<String, String> saved, Need need) {
        saved.forEach((name, stored) -> {
            long[] shape = file.info(stored).shape();
            boolean fits = need.specs().stream()
                    .anyMatch(spec -> spec.name().equals(name) && Arrays.equals(spec.shape(), shape));
            if (!fits) {
                throw InputException.at(
                        given, stored + " of shape " + Arrays.toString(shape) + " does not fit the base");
            }
        });
    }
}

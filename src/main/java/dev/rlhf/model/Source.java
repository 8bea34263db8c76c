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
import org.jspecify.annotations.Nullable;

/**
 * Where a model is loaded from: a checkpoint folder, or an adapter folder and the checkpoint it names.
 *
 * @param given what the user named
 * @param base the checkpoint
 * @param adapter null: the checkpoint alone
 */
record Source(Path given, HfFolder base, @Nullable AdapterFolder adapter) {
    /** @throws InputException if there is no checkpoint, or an adapter's base is not there */
    static Source of(Path folder) {
        if (!AdapterFolder.present(folder)) {
            return new Source(folder, HfFolder.of(folder), null);
        }
        AdapterFolder adapter = AdapterFolder.of(folder);
        if (AdapterFolder.present(adapter.base())) {
            throw InputException.at(
                    adapter.configFile(), "the base is an adapter itself; merge that first (rlhf merge)");
        }
        return new Source(folder, HfFolder.of(adapter.base()), adapter);
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
            return base(torch, config, need, Holding.all(compute, trainable), seed);
        }
        LoraConfig stored = LoraJson.read(adapter.config(), adapter.configFile());
        LoraConfig lora = trainable ? withHead(stored, need) : stored;
        checkSaved(lora, config, need);
        try (Safetensors file = adapter.open()) {
            Adapters adapters = Adapters.read(torch, adapter, lora, config, file);
            Map<String, String> saved = Adapters.savedTensors(file);
            checkShapes(file, saved, need);
            Set<String> fresh = new HashSet<>(need.fresh());
            fresh.addAll(saved.keySet());
            Parameters parameters = base(
                    torch,
                    config,
                    new Need(need.specs(), fresh, need.unused(), need.head()),
                    trainable ? Holding.withAdapters(compute, adapters.trained()) : Holding.merged(compute, adapters),
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
        checkSaved(full, config, need);
        Adapters adapters = Adapters.create(torch, given, full, config, seed);
        return base(torch, config, need, Holding.withAdapters(compute, adapters.trained()), seed);
    }

    private static LoraConfig withHead(LoraConfig lora, Need need) {
        return need.head() == null ? lora : lora.saving(need.head());
    }

    private Parameters base(Torch torch, ModelConfig config, Need need, Holding how, long seed) {
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

    private static void checkSaved(LoraConfig lora, ModelConfig config, Need need) {
        List<String> modules = need.specs().stream()
                .map(spec -> module(spec.name()))
                .distinct()
                .toList();
        ModulePattern saved = new ModulePattern(lora.modulesToSave(), null);
        List<String> unmatched = saved.unmatched(modules).stream()
                .filter(name -> need.head() == null || !name.equals("classifier")) // PEFT lists it with every score
                .toList();
        if (!unmatched.isEmpty()) {
            throw new InputException("modules_to_save: the model has no module " + String.join(", ", unmatched));
        }
        if (config.tied() && saved.matches(module(config.embeddingName()))) {
            throw new InputException("modules_to_save: " + module(config.embeddingName())
                    + " is not supported here: the head shares its weights");
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

package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.checkpoint.Safetensors;
import dev.rlhf.checkpoint.WeightMismatch;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The LoRA adapters of one model, fp32. They are trained; the base they are on is frozen. Closed with the {@link Parameters}
 * that they are put on; one thread at a time.
 */
final class Adapters implements AutoCloseable {
    private static final String PREFIX = "base_model.model.";
    private static final String A = ".lora_A.weight";
    private static final String B = ".lora_B.weight";

    /** One module's. */
    private record Adapter(LinearModule module, NDArray a, NDArray b, float scale) {}

    private final Torch torch;
    private final Path base;
    private final LoraConfig config;
    private final List<LinearModule> linear;
    private final Map<String, Adapter> adapters = new LinkedHashMap<>();
    private final NDArray dropout;

    private Adapters(Torch torch, Path base, LoraConfig config, ModelConfig model) {
        this.torch = torch;
        this.base = base;
        this.config = config;
        this.linear = LinearModule.of(model);
        this.dropout = onHost(torch, new float[1]);
    }

    /** New ones: A uniform in ±1/√in (He et al. 2015 with a = √5, as PEFT), B zero, so that the model starts as its base. */
    static Adapters create(Torch torch, Path base, LoraConfig config, ModelConfig model, long seed) {
        Adapters all = new Adapters(torch, base, config, model);
        List<String> names = all.linear.stream().map(LinearModule::name).toList();
        List<String> unmatched = config.targets().unmatched(names);
        if (!unmatched.isEmpty() || all.targets().isEmpty()) {
            all.close();
            throw new InputException("lora_target_modules: "
                    + all.noLayer(unmatched.isEmpty() ? config.targets().text() : String.join(", ", unmatched)));
        }
        torch.seed(seed);
        for (LinearModule module : all.targets()) {
            int r = config.rank(module.name());
            float bound = (float) (1 / Math.sqrt((double) module.in()));
            all.add(
                    module,
                    torch.manager().randomUniform(-bound, bound, new Shape(r, module.in())),
                    torch.manager().zeros(new Shape(module.out(), r)));
        }
        return all;
    }

    /**
     * Those of a PEFT folder.
     *
     * @throws InputException naming all tensors that are missing, mis-shaped or left over
     */
    static Adapters read(Torch torch, AdapterFolder folder, LoraConfig config, ModelConfig model, Safetensors file) {
        Adapters all = new Adapters(torch, folder.base(), config, model);
        if (all.targets().isEmpty()) {
            all.close();
            throw InputException.at(
                    folder.configFile(),
                    "target_modules: " + all.noLayer(config.targets().text()) + "; is " + folder.base()
                            + " the base it was trained on?");
        }
        WeightMismatch problems = new WeightMismatch();
        Set<String> left = new HashSet<>(file.tensors().keySet());
        for (LinearModule module : all.targets()) {
            int r = config.rank(module.name());
            check(file, PREFIX + module.name() + A, problems, left, r, module.in());
            check(file, PREFIX + module.name() + B, problems, left, module.out(), r);
        }
        left.removeIf(name -> savedModule(name) != null && config.saves(String.valueOf(savedModule(name))));
        left.stream().sorted().forEach(problems::unexpected);
        try {
            problems.throwIfAny(
                    folder.path(),
                    "the adapter does not fit its adapter_config.json on the base " + folder.base()
                            + "; all three must belong together, and embeddings and the head take no adapter");
        } catch (InputException e) {
            all.close();
            throw e;
        }
        for (LinearModule module : all.targets()) {
            all.add(
                    module,
                    file.load(torch, PREFIX + module.name() + A, Dtype.FLOAT32),
                    file.load(torch, PREFIX + module.name() + B, Dtype.FLOAT32));
        }
        return all;
    }

    private static void check(Safetensors file, String name, WeightMismatch problems, Set<String> left, long... shape) {
        if (!left.remove(name)) {
            problems.missing(name);
        } else if (!Arrays.equals(file.info(name).shape(), shape)) {
            problems.misshaped(name, file.info(name).shape(), shape);
        }
    }

    /** The module whose weight or bias a stored name is; null if it is an adapter's tensor or none of ours. */
    private static @Nullable String savedModule(String stored) {
        boolean whole = stored.startsWith(PREFIX) && !stored.contains(".lora_") && stored.matches(".*\\.(weight|bias)");
        return whole ? module(stored.substring(PREFIX.length())) : null;
    }

    private static String module(String parameter) {
        return parameter.substring(0, parameter.lastIndexOf('.'));
    }

    /** The stored tensors of modules that were trained as a whole, by the model's own name. */
    static Map<String, String> savedTensors(Safetensors file) {
        Map<String, String> saved = new LinkedHashMap<>();
        for (String stored : file.tensors().keySet()) {
            if (savedModule(stored) != null) {
                saved.put(stored.substring(PREFIX.length()), stored);
            }
        }
        return saved;
    }

    private String noLayer(String targets) {
        return targets + " means no linear layer of the body; there are: "
                + String.join(
                        ", ",
                        linear.stream().map(LinearModule::shortName).distinct().toList())
                + " (all of them: all-linear); embeddings and the head take no adapter";
    }

    private List<LinearModule> targets() {
        return linear.stream().filter(module -> config.adapts(module.name())).toList();
    }

    private void add(LinearModule module, NDArray a, NDArray b) {
        adapters.put(module.name(), new Adapter(module, a, b, (float) config.scale(module.name())));
    }

    /** From now on they record gradients. */
    Adapters trained() {
        adapters.values().forEach(adapter -> {
            adapter.a().setRequiresGradient(true);
            adapter.b().setRequiresGradient(true);
        });
        return this;
    }

    /** A tensor on the CPU whatever the device, that a kernel reads a plain number of without waiting for the device. */
    static NDArray onHost(Torch torch, float[] values) {
        NDArray onDevice = torch.floats(values, values.length);
        if (!torch.onGpu()) {
            return onDevice;
        }
        try (onDevice) {
            return torch.kernels().call("host", onDevice);
        }
    }

    /** Names of the modules that have one. */
    Set<String> modules() {
        return adapters.keySet();
    }

    boolean on(String module) {
        return adapters.containsKey(module);
    }

    NDArray a(String module) {
        return get(module).a();
    }

    NDArray b(String module) {
        return get(module).b();
    }

    float scale(String module) {
        return get(module).scale();
    }

    private Adapter get(String module) {
        Adapter adapter = adapters.get(module);
        if (adapter == null) {
            throw new IllegalArgumentException("no adapter on " + module);
        }
        return adapter;
    }

    /** What kernels take it from: one number on the host, 0 unless {@link #dropout(boolean)} is on. */
    NDArray dropout() {
        return dropout;
    }

    void dropout(boolean on) {
        torch.kernels().invoke("full_", dropout, on ? config.dropout() : 0.0);
    }

    /** {@code weight} + s·B·A, in fp32; a new tensor. */
    NDArray merge(String module, NDArray weight) {
        Adapter adapter = get(module);
        return torch.kernels()
                .call(
                        "merge",
                        weight,
                        adapter.a(),
                        adapter.b(),
                        adapter.scale(),
                        adapter.module().transposed());
    }

    /** A and B under PEFT's names. */
    Map<String, NDArray> named() {
        Map<String, NDArray> named = new LinkedHashMap<>();
        adapters.forEach((module, adapter) -> {
            named.put(PREFIX + module + A, adapter.a());
            named.put(PREFIX + module + B, adapter.b());
        });
        return named;
    }

    /** PEFT's name of a parameter that is trained as a whole. */
    static String savedName(String parameter) {
        return PREFIX + parameter;
    }

    /** Whether a parameter is trained as a whole. */
    boolean saves(String parameter) {
        return config.saves(module(parameter));
    }

    Path base() {
        return base;
    }

    /** adapter_config.json without the base's place. */
    ObjectNode json(String taskType) {
        return LoraJson.write(config, linear, adapters.keySet(), taskType);
    }

    @Override
    public void close() {
        adapters.values().forEach(adapter -> {
            adapter.a().close();
            adapter.b().close();
        });
        dropout.close();
    }
}

package dev.rlhf.model.lora;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.tensor.Torch;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The LoRA adapters of one model, in fp32. {@link AdapterLoading} creates or reads them. The base model is frozen.
 * Closed with the model's parameters; one thread at a time.
 */
public final class Adapters implements AutoCloseable {
    private record Adapter(LinearModule module, NDArray a, NDArray b, float scale) {}

    private final Torch torch;
    private final Path base;
    private final LoraConfig config;
    private final List<LinearModule> linear;
    private final Map<String, Adapter> adapters = new LinkedHashMap<>();
    private final NDArray dropout;
    private boolean dropoutEnabled;
    private boolean trained;

    /** @param linear the model's linear layers, adapted or not */
    Adapters(Torch torch, Path base, LoraConfig config, List<LinearModule> linear) {
        this.torch = torch;
        this.base = base;
        this.config = config;
        this.linear = linear;
        this.dropout = torch.hostFloats(new float[1]);
    }

    /** Adds an adapter to a module and takes ownership of its matrices, A [r, in] and B [out, r]. */
    void add(LinearModule module, NDArray a, NDArray b) {
        adapters.put(module.name(), new Adapter(module, a, b, (float) config.scale(module.name())));
    }

    /** Makes the adapters' matrices record gradients from now on; returns {@code this}. */
    public Adapters requireGradients() {
        trained = true;
        adapters.values().forEach(adapter -> {
            adapter.a().setRequiresGradient(true);
            adapter.b().setRequiresGradient(true);
        });
        return this;
    }

    /** Returns whether {@link #requireGradients} was called. */
    public boolean trained() {
        return trained;
    }

    /** Returns the names of the adapted modules. */
    public Set<String> modules() {
        return adapters.keySet();
    }

    /** Returns whether a module has an adapter. */
    public boolean adapts(String module) {
        return adapters.containsKey(module);
    }

    /** Returns a module's matrix A, [r, in]. */
    public NDArray a(String module) {
        return get(module).a();
    }

    /** Returns a module's matrix B, [out, r]. */
    public NDArray b(String module) {
        return get(module).b();
    }

    /** Returns the factor s in s·B·A. */
    public float scale(String module) {
        return get(module).scale();
    }

    private Adapter get(String module) {
        Adapter adapter = adapters.get(module);
        if (adapter == null) {
            throw new IllegalArgumentException("no adapter on " + module);
        }
        return adapter;
    }

    /**
     * Returns the dropout probability as kernels read it: one number on the CPU, 0 unless {@link #enableDropout} is
     * open.
     */
    public NDArray dropout() {
        return dropout;
    }

    /** Switches the adapters' dropout on until the result is closed. */
    public AdapterDropout enableDropout() {
        dropout(true);
        return () -> dropout(false);
    }

    private void dropout(boolean on) {
        dropoutEnabled = on && config.dropout() > 0;
        torch.kernels().invoke("full_", dropout, on ? config.dropout() : 0.0);
    }

    /** Returns the inputs of all adapted modules together if there is dropout, otherwise 0. */
    public long droppedInputs() {
        return config.dropout() > 0
                ? adapters.values().stream()
                        .mapToLong(adapter -> adapter.module().in())
                        .sum()
                : 0;
    }

    /** Returns whether dropout is on and not 0. */
    public boolean dropoutEnabled() {
        return dropoutEnabled;
    }

    /** Returns {@code weight} + s·B·A in fp32, a new tensor. */
    public NDArray merge(String module, NDArray weight) {
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

    /** Returns all matrices A and B under PEFT's names. */
    public Map<String, NDArray> named() {
        Map<String, NDArray> named = new LinkedHashMap<>();
        adapters.forEach((module, adapter) -> {
            named.put(PeftNames.loraA(module), adapter.a());
            named.put(PeftNames.loraB(module), adapter.b());
        });
        return named;
    }

    /** Returns whether a parameter's module is trained in full ({@code modules_to_save}). */
    public boolean saves(String parameter) {
        return config.saves(PeftNames.module(parameter));
    }

    /** Returns the checkpoint folder that the adapters were made for. */
    public Path base() {
        return base;
    }

    /** Returns the content of adapter_config.json, without the base's path. */
    public ObjectNode json(String taskType) {
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

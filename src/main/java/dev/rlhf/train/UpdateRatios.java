package dev.rlhf.train;

import ai.djl.ndarray.NDArray;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The relative size ‖Δw‖ / ‖w‖ of one optimizer step, per kind of matrix over all layers. About 1e-3 is healthy; at
 * 1e-1 the learning rate destroys the model, at 1e-6 it does nothing. Copies the weights between {@link #before} and
 * {@link #after}, so it is used for logged steps only.
 */
public final class UpdateRatios implements AutoCloseable {
    private final Torch torch;
    private final Map<String, List<NDArray>> live = new LinkedHashMap<>();
    private final Map<String, List<NDArray>> copies = new LinkedHashMap<>();

    private UpdateRatios(Torch torch) {
        this.torch = torch;
    }

    /** Copies the matrices before a step. Close it after the step. */
    public static UpdateRatios before(Torch torch, Map<String, NDArray> parameters) {
        UpdateRatios ratios = new UpdateRatios(torch);
        parameters.forEach((name, tensor) -> {
            if (tensor.getShape().dimension() >= 2) {
                String kind = kind(name);
                ratios.live.computeIfAbsent(kind, k -> new ArrayList<>()).add(tensor);
                ratios.copies
                        .computeIfAbsent(kind, k -> new ArrayList<>())
                        .add(torch.kernels().call("clone", tensor));
            }
        });
        return ratios;
    }

    /** Returns {@code update_ratio/KIND} for every kind of matrix; 0 where all weights are 0. */
    public Map<String, Double> after() {
        Map<String, Double> ratios = new LinkedHashMap<>();
        try (Scope _ = new Scope()) {
            live.forEach((kind, tensors) -> {
                List<NDArray> old = copies.getOrDefault(kind, List.of());
                float[] norms =
                        torch.kernels().call("update_norms", tensors, old).toFloatArray();
                ratios.put("update_ratio/" + kind, norms[1] == 0 ? 0 : (double) norms[0] / norms[1]);
            });
        }
        return ratios;
    }

    /**
     * {@code transformer.h.3.attn.c_attn.weight} → {@code attn.c_attn}: without layer number, prefix and
     * {@code weight}.
     */
    static String kind(String name) {
        String[] parts = name.replaceFirst("\\.weight$", "").split("\\.");
        int from = Math.max(0, parts.length - 2);
        while (from < parts.length - 1 && !parts[from].matches(".*\\D.*")) {
            from++;
        }
        return String.join(".", List.of(parts).subList(from, parts.length));
    }

    @Override
    public void close() {
        copies.values().forEach(list -> list.forEach(NDArray::close));
    }
}

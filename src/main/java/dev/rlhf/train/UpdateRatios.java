package dev.rlhf.train;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The relative size ‖Δw‖ / ‖w‖ of one optimizer step, per kind of matrix over all layers. About 1e-3 is healthy; at
 * 1e-1 the learning rate destroys the model, and at 1e-6 it has hardly any effect. {@link AdamW} measures it with a
 * copy of one matrix at a time, so it is used for logged steps only.
 */
public final class UpdateRatios {
    private static final class Squares {
        private double moved;
        private double weights;
    }

    private final Map<String, Squares> kinds = new LinkedHashMap<>();

    /**
     * Creates ratios for the matrices among these parameters. All are 0 until {@link #add} is called, which does not
     * happen in a skipped step.
     */
    public UpdateRatios(Map<String, NDArray> parameters) {
        parameters.forEach((name, tensor) -> {
            if (isMatrix(tensor)) {
                kinds.putIfAbsent(kind(name), new Squares());
            }
        });
    }

    static boolean isMatrix(NDArray parameter) {
        return parameter.getShape().dimension() >= 2;
    }

    /** Adds a matrix: the L2 norm of its change, and its L2 norm before the step. */
    void add(String name, double moved, double weights) {
        Squares kind = kinds.computeIfAbsent(kind(name), k -> new Squares());
        kind.moved += moved * moved;
        kind.weights += weights * weights;
    }

    /** Returns {@code update_ratio/KIND} for every kind of matrix; 0 where all weights are 0. */
    public Map<String, Double> ratios() {
        Map<String, Double> ratios = new LinkedHashMap<>();
        kinds.forEach((kind, squares) -> ratios.put(
                "update_ratio/" + kind, squares.weights == 0 ? 0 : Math.sqrt(squares.moved / squares.weights)));
        return ratios;
    }

    /**
     * Returns a parameter's name without prefix, layer number and {@code weight}: {@code
     * transformer.h.3.attn.c_attn.weight} → {@code attn.c_attn}.
     */
    static String kind(String name) {
        String[] parts = name.replaceFirst("\\.weight$", "").split("\\.");
        int from = Math.max(0, parts.length - 2);
        while (from < parts.length - 1 && !parts[from].matches(".*\\D.*")) {
            from++;
        }
        return String.join(".", List.of(parts).subList(from, parts.length));
    }
}

package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.tensor.Kernels;
import dev.rlhf.tensor.Scope;
import java.util.ArrayList;
import java.util.List;

/** Runs the blocks of a {@link RotaryConfig}. */
final class RotaryDecoder implements Decoder {
    private static final int NONE = -1;

    private final RotaryConfig config;
    private final Parameters parameters;
    private final Kernels kernels;
    private final List<NDArray> weights;
    private final List<RotaryTable> tables = new ArrayList<>();
    private final List<Integer> windows = new ArrayList<>();

    /** Each layer's place in {@link #tables}, or none: it is not turned. */
    private final long[] tableOf;

    /** Each layer's place in {@link #windows}. */
    private final int[] windowOf;

    RotaryDecoder(RotaryConfig config, Parameters parameters) {
        this.config = config;
        this.parameters = parameters;
        this.kernels = parameters.torch().kernels();
        this.tableOf = new long[config.layers()];
        this.windowOf = new int[config.layers()];
        Weights all = new Weights(parameters).tensor(config.embeddingName()).tensor("model.norm.weight");
        List<Rope> ropes = new ArrayList<>();
        for (int i = 0; i < config.layers(); i++) {
            String layer = "model.layers." + i + ".";
            config.attention().put(all, layer);
            config.mlp().put(all, layer);
            Rope rope = config.rope(i);
            tableOf[i] = rope == null ? NONE : place(ropes, rope);
            windowOf[i] = place(windows, config.window(i));
        }
        ropes.forEach(rope -> tables.add(new RotaryTable(parameters, rope)));
        this.weights = all.list();
    }

    /** Where the thing stands in the list; added to it if need be. */
    private static <T> int place(List<T> list, T thing) {
        if (!list.contains(thing)) {
            list.add(thing);
        }
        return list.indexOf(thing);
    }

    @Override
    public NDArray forward(Input input, boolean dropout, List<NDArray> only) {
        try (Scope scope = new Scope()) {
            List<NDArray> angles = new ArrayList<>();
            tables.forEach(table -> angles.addAll(table.angles(input)));
            List<NDArray> masks = new ArrayList<>();
            long[] maskOfWindow = new long[windows.size()];
            for (int i = 0; i < maskOfWindow.length; i++) {
                List<NDArray> mask = mask(input, windows.get(i));
                maskOfWindow[i] = mask.isEmpty() ? NONE : masks.size();
                masks.addAll(mask);
            }
            long[] maskOf = new long[windowOf.length];
            for (int i = 0; i < maskOf.length; i++) {
                maskOf[i] = maskOfWindow[windowOf[i]];
            }
            return scope.keep(kernels.call(
                    "rotary",
                    input.ids(),
                    weights,
                    config.paddingId(),
                    parameters.compute().scalarType(),
                    config.embeddingScale(),
                    config.heads(),
                    config.kvHeads(),
                    config.norm().number(),
                    config.epsilon(),
                    config.attentionScale(),
                    config.attentionCap(),
                    config.activation().number(),
                    angles,
                    tableOf,
                    masks,
                    maskOf,
                    input.cached(),
                    input.place(),
                    only,
                    dropout ? config.attentionDropout() : 0,
                    dropout ? config.residualDropout() : 0));
        }
    }

    /** What layers with a window may look at: the input's mask while all of it lies within the window. */
    private List<NDArray> mask(Input input, int window) {
        long width = Math.max(input.columns(), input.ids().getShape().get(1));
        if (window == 0 || width <= window) {
            return input.mask();
        }
        return List.of(kernels.call("windowed", input.mask(), input.place(), input.ids(), window));
    }
}

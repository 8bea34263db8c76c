package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Runs the body of a {@link RotaryConfig}: of Llama and the families descended from it. The kernel {@code rotary}
 * computes it; this class keeps the arguments of the kernel: the weights in its order, and the rotary frequencies and
 * sliding windows, of which a model has one or two each, with every layer's choice of them.
 */
final class RotaryDecoder extends Decoder {
    private static final int NONE = -1;

    private final RotaryConfig config;
    private final BodyWeights weights;

    /** The different rotary frequencies of the layers, and the scale of each. */
    private final List<RotaryTable> tables = new ArrayList<>();

    private final double[] tableScales;

    /** The different sliding windows of the layers; 0: none. */
    private final List<Integer> windows = new ArrayList<>();

    /** Each layer's index into {@link #tables}, or {@link #NONE}: the layer has no rotary positions. */
    private final long[] tableOf;

    /** Each layer's index into {@link #windows}. */
    private final long[] windowOf;

    RotaryDecoder(RotaryConfig config, Parameters parameters) {
        super(config, parameters);
        this.config = config;
        this.tableOf = new long[config.layers()];
        this.windowOf = new long[config.layers()];
        BodyWeightsBuilder all = new BodyWeightsBuilder(parameters, derived)
                .tensor(config.embeddingName())
                .tensor("model.norm.weight")
                .signs();
        IdentityHashMap<Rope, Integer> indices = new IdentityHashMap<>(); // layers share one or two tables
        for (int i = 0; i < config.layers(); i++) {
            String layer = "model.layers." + i + ".";
            all.block(layer, config.attention()).block(layer, config.mlp());
            Rope rope = config.rope(i);
            tableOf[i] = rope == null ? NONE : indices.computeIfAbsent(rope, this::addTable);
            if (!windows.contains(config.window(i))) {
                windows.add(config.window(i));
            }
            windowOf[i] = windows.indexOf(config.window(i));
        }
        this.tableScales = tables.stream().mapToDouble(RotaryTable::scale).toArray();
        this.weights = all.body(false, config.norm() == RmsNorm.AFTER_CAST);
    }

    private int addTable(Rope rope) {
        tables.add(new RotaryTable(derived, rope));
        return tables.size() - 1;
    }

    @Override
    BodyWeights weights() {
        return weights;
    }

    @Override
    NDArray forwardAtOnce(Input input, boolean dropout, List<NDArray> selected) {
        List<NDArray> frequencies = new ArrayList<>(tables.size());
        for (RotaryTable table : tables) {
            frequencies.add(table.frequencies(input));
        }
        long[] limits = new long[windows.size()];
        for (int i = 0; i < limits.length; i++) {
            limits[i] = limit(input, windows.get(i));
        }
        return runBody(
                "rotary",
                input,
                input.ids(),
                input.positions(),
                input.mask(),
                input.slots(),
                weights.of(input),
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
                frequencies,
                tableScales,
                tableOf,
                limits,
                windowOf,
                input.cached(),
                selected,
                dropout ? config.attentionDropout() : 0,
                dropout ? config.residualDropout() : 0);
    }

    /** Returns a window, or 0 where it has no effect because it is at least as long as the input. */
    private static int limit(Input input, int window) {
        return input.maxPosition() < window ? 0 : window;
    }

    @Override
    Layers layers(Input input, boolean dropout) {
        return new RotaryLayers(input, dropout);
    }

    private final class RotaryLayers extends Layers {
        private final double attentionDropout;
        private final double residualDropout;

        /** Cosines and sines of the input's positions, for each of {@link #tables}. */
        private final List<NDList> angles = new ArrayList<>(tables.size());

        /** The mask, for each of {@link #windows}. */
        private final List<List<NDArray>> masks = new ArrayList<>(windows.size());

        RotaryLayers(Input input, boolean dropout) {
            super(input);
            this.attentionDropout = dropout ? config.attentionDropout() : 0;
            this.residualDropout = dropout ? config.residualDropout() : 0;
            for (RotaryTable table : tables) {
                angles.add(kernels.callAll("rope", input.positions(), table.frequencies(input), table.scale(), dtype));
            }
            for (int window : windows) {
                masks.add(mask(limit(input, window)));
            }
        }

        private List<NDArray> mask(int limit) {
            return limit == 0 ? input.mask() : kernels.callAll("windowed", input.mask(), List.of(), input.ids(), limit);
        }

        @Override
        NDArray embedding() {
            NDArray table = parameters.get(config.embeddingName());
            return kernels.call("embedding", input.ids(), table, config.paddingId(), dtype, config.embeddingScale());
        }

        @Override
        NDArray layer(NDArray x, int layer, List<NDArray> selected) {
            return kernels.call(
                    "rotary_layer",
                    x,
                    tensors,
                    layer,
                    false,
                    config.heads(),
                    config.kvHeads(),
                    config.norm().number(),
                    config.epsilon(),
                    config.attentionScale(),
                    config.attentionCap(),
                    config.activation().number(),
                    tableOf[layer] == NONE ? List.of() : angles.get((int) tableOf[layer]),
                    masks.get((int) windowOf[layer]),
                    List.of(),
                    List.of(),
                    selected,
                    attentionDropout,
                    residualDropout);
        }

        @Override
        NDArray norm(NDArray x) {
            NDArray weight = parameters.get("model.norm.weight");
            return kernels.call(
                    "norm", x, weight, config.epsilon(), config.norm().number(), derived.signs());
        }
    }
}

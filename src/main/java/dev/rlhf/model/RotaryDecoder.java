package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/** Runs the blocks of a {@link RotaryConfig}. */
final class RotaryDecoder implements Decoder {
    private static final int NONE = -1;

    private final RotaryConfig config;
    private final Parameters parameters;
    private final BodyWeights weights;
    private final List<RotaryTable> tables = new ArrayList<>();
    private final double[] tableScales;
    private final List<Integer> windows = new ArrayList<>();

    /** Each layer's index into {@link #tables}, or {@link #NONE}: the layer has no rotary positions. */
    private final long[] tableOf;

    /** Each layer's index into {@link #windows}. */
    private final long[] windowOf;

    RotaryDecoder(RotaryConfig config, Parameters parameters) {
        this.config = config;
        this.parameters = parameters;
        this.tableOf = new long[config.layers()];
        this.windowOf = new long[config.layers()];
        Weights all = new Weights(parameters).tensor(config.embeddingName()).tensor("model.norm.weight");
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
        this.weights = all.body(false);
    }

    private int addTable(Rope rope) {
        tables.add(new RotaryTable(parameters, rope));
        return tables.size() - 1;
    }

    @Override
    public BodyWeights weights() {
        return weights;
    }

    @Override
    public NDArray forward(Input input, boolean dropout, List<NDArray> only) {
        List<NDArray> frequencies = new ArrayList<>(tables.size());
        for (RotaryTable table : tables) {
            frequencies.add(table.frequencies(input));
        }
        long[] limits = new long[windows.size()];
        for (int i = 0; i < limits.length; i++) {
            // a window at least as long as the input has no effect
            limits[i] = input.furthest() < windows.get(i) ? 0 : windows.get(i);
        }
        return parameters
                .torch()
                .kernels()
                .call(
                        "rotary",
                        input.ids(),
                        input.positions(),
                        input.mask(),
                        input.place(),
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
                        only,
                        dropout ? config.attentionDropout() : 0,
                        dropout ? config.residualDropout() : 0);
    }
}

package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** Runs GPT-NeoX's blocks, with attention and MLP in parallel or one after the other. */
final class NeoxDecoder implements Decoder {
    private final NeoxConfig config;
    private final Parameters parameters;
    private final RotaryTable table;
    private final BodyWeights weights;

    NeoxDecoder(NeoxConfig config, Parameters parameters) {
        this.config = config;
        this.parameters = parameters;
        this.table = new RotaryTable(parameters, config.rope());
        Weights all = new Weights(parameters)
                .tensor(config.embeddingName())
                .tensor("gpt_neox.final_layer_norm.weight")
                .tensor("gpt_neox.final_layer_norm.bias");
        for (int i = 0; i < config.layers(); i++) {
            String layer = "gpt_neox.layers." + i + ".";
            all.block(layer, config.attention()).block(layer, config.mlp());
        }
        this.weights = all.body(false);
    }

    @Override
    public BodyWeights weights() {
        return weights;
    }

    @Override
    public NDArray forward(Input input, boolean dropout, List<NDArray> only) {
        return parameters
                .torch()
                .kernels()
                .call(
                        "neox",
                        input.ids(),
                        input.positions(),
                        input.mask(),
                        input.place(),
                        weights.of(input),
                        config.layers(),
                        parameters.compute().scalarType(),
                        config.heads(),
                        config.epsilon(),
                        1 / Math.sqrt(config.headDim()),
                        config.activation().number(),
                        config.parallelResidual(),
                        table.frequencies(input),
                        table.scale(),
                        input.cached(),
                        only,
                        dropout ? config.attentionDropout() : 0,
                        dropout ? config.hiddenDropout() : 0);
    }
}

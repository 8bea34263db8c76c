package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.rlhf.tensor.Kernels;
import dev.rlhf.tensor.TensorList;
import java.util.List;

/** Runs the body of GPT-NeoX, with attention and MLP in parallel or in sequence. */
final class NeoxDecoder extends Decoder {
    private final NeoxConfig config;
    private final RotaryTable table;
    private final BodyWeights weights;

    NeoxDecoder(NeoxConfig config, Parameters parameters) {
        super(parameters);
        this.config = config;
        this.table = new RotaryTable(derived, config.rope());
        BodyWeightsBuilder all = new BodyWeightsBuilder(parameters, derived)
                .tensor(config.embeddingName())
                .tensor("gpt_neox.final_layer_norm.weight")
                .tensor("gpt_neox.final_layer_norm.bias");
        for (int i = 0; i < config.layers(); i++) {
            String layer = "gpt_neox.layers." + i + ".";
            all.block(layer, config.attention()).block(layer, config.mlp());
        }
        this.weights = all.body(false, true);
    }

    @Override
    BodyWeights weights() {
        return weights;
    }

    @Override
    NDArray forwardAtOnce(Input input, boolean dropout, List<NDArray> selected) {
        return runBody(
                "neox",
                input,
                input.ids(),
                input.positions(),
                input.mask(),
                input.slots(),
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
                selected,
                dropout ? config.attentionDropout() : 0,
                dropout ? config.hiddenDropout() : 0);
    }

    @Override
    Layers layers(Input input, boolean dropout) {
        Kernels kernels = parameters.torch().kernels();
        TensorList tensors = weights.of(input);
        int dtype = parameters.compute().scalarType();
        double residual = dropout ? config.hiddenDropout() : 0;
        NDList angles = kernels.callAll("rope", input.positions(), table.frequencies(input), table.scale(), dtype);
        return new Layers() {
            @Override
            public int count() {
                return config.layers();
            }

            @Override
            public NDArray embedding() {
                NDArray table = parameters.get(config.embeddingName());
                return kernels.call("dropout", kernels.call("embedding", input.ids(), table, -1, dtype, 1.0), residual);
            }

            @Override
            public NDArray layer(NDArray x, int layer, List<NDArray> selected) {
                return kernels.call(
                        "neox_layer",
                        x,
                        tensors,
                        layer,
                        false,
                        config.heads(),
                        config.epsilon(),
                        1 / Math.sqrt(config.headDim()),
                        config.activation().number(),
                        config.parallelResidual(),
                        angles,
                        input.mask(),
                        List.of(),
                        List.of(),
                        selected,
                        dropout ? config.attentionDropout() : 0,
                        residual);
            }

            @Override
            public NDArray norm(NDArray x) {
                return kernels.call(
                        "layer_norm",
                        x,
                        parameters.get("gpt_neox.final_layer_norm.weight"),
                        parameters.get("gpt_neox.final_layer_norm.bias"),
                        config.epsilon());
            }
        };
    }
}

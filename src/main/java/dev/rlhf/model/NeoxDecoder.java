package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;

/** Runs the body of GPT-NeoX with the kernel {@code neox}: attention and MLP in parallel or in sequence. */
final class NeoxDecoder extends Decoder {
    private final NeoxConfig config;
    private final RotaryTable table;
    private final BodyWeights weights;

    NeoxDecoder(NeoxConfig config, Parameters parameters) {
        super(config, parameters);
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
        return new NeoxLayers(input, dropout);
    }

    private final class NeoxLayers extends Layers {
        private final NDList angles;
        private final double attentionDropout;
        private final double residualDropout;

        NeoxLayers(Input input, boolean dropout) {
            super(input);
            this.angles = kernels.callAll("rope", input.positions(), table.frequencies(input), table.scale(), dtype);
            this.attentionDropout = dropout ? config.attentionDropout() : 0;
            this.residualDropout = dropout ? config.hiddenDropout() : 0;
        }

        @Override
        NDArray embedding() {
            NDArray embeddings = parameters.get(config.embeddingName());
            NDArray x = kernels.call("embedding", input.ids(), embeddings, -1, dtype, 1.0);
            return kernels.call("dropout", x, residualDropout);
        }

        @Override
        NDArray layer(NDArray x, int layer, List<NDArray> selected) {
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
                    attentionDropout,
                    residualDropout);
        }

        @Override
        NDArray norm(NDArray x) {
            return layerNorm(x, "gpt_neox.final_layer_norm", config.epsilon());
        }
    }
}

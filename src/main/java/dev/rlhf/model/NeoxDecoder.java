package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.tensor.Kernels;
import dev.rlhf.tensor.Scope;
import java.util.ArrayList;
import java.util.List;

/** GPT-NeoX's blocks, attention and MLP side by side or one after the other. */
final class NeoxDecoder implements Decoder {
    private record Layer(List<NDArray> attention, List<NDArray> mlp) {}

    private final NeoxConfig config;
    private final Parameters parameters;
    private final Kernels kernels;
    private final NDArray tokens;
    private final RotaryTable table;
    private final List<Layer> layers = new ArrayList<>();
    private final NDArray normWeight;
    private final NDArray normBias;

    NeoxDecoder(NeoxConfig config, Parameters parameters) {
        this.config = config;
        this.parameters = parameters;
        this.kernels = parameters.torch().kernels();
        this.tokens = parameters.get(config.embeddingName());
        this.table = new RotaryTable(parameters, config.rope());
        for (int i = 0; i < config.layers(); i++) {
            String layer = "gpt_neox.layers." + i + ".";
            layers.add(new Layer(
                    config.attention().tensors(parameters, layer), config.mlp().tensors(parameters, layer)));
        }
        this.normWeight = parameters.get("gpt_neox.final_layer_norm.weight");
        this.normBias = parameters.get("gpt_neox.final_layer_norm.bias");
    }

    @Override
    public NDArray forward(Input input, boolean dropout, List<NDArray> only) {
        double attention = dropout ? config.attentionDropout() : 0;
        double residual = dropout ? config.hiddenDropout() : 0;
        double scale = 1 / Math.sqrt(config.headDim());
        try (Scope scope = new Scope()) {
            NDArray x = kernels.call(
                    "embedding", input.ids(), tokens, -1, parameters.compute().scalarType(), 1.0);
            x = kernels.call("dropout", x, residual);
            List<NDArray> angles = table.angles(input);
            for (int i = 0; i < layers.size(); i++) {
                Layer layer = layers.get(i);
                NDArray attended = kernels.call(
                        "neox_attention",
                        x,
                        layer.attention(),
                        config.heads(),
                        config.epsilon(),
                        scale,
                        angles,
                        input.mask(),
                        input.layerCache(i),
                        input.place(),
                        attention,
                        residual);
                if (i == layers.size() - 1) {
                    x = Decoder.narrowed(kernels, x, only);
                    attended = Decoder.narrowed(kernels, attended, only);
                }
                x = kernels.call(
                        "neox_mlp",
                        attended,
                        config.parallelResidual() ? x : attended,
                        layer.mlp(),
                        config.epsilon(),
                        config.activation().number(),
                        residual);
            }
            return scope.keep(kernels.call("layer_norm", x, normWeight, normBias, config.epsilon()));
        }
    }
}

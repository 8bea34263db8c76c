package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.tensor.Kernels;
import dev.rlhf.tensor.Scope;
import java.util.ArrayList;
import java.util.List;

/** GPT-2 (Radford et al. 2019), pre-norm blocks. */
final class Gpt2Decoder implements Decoder {
    private record Layer(List<NDArray> attention, List<NDArray> mlp) {}

    private final Gpt2Config config;
    private final Parameters parameters;
    private final Kernels kernels;
    private final NDArray tokens;
    private final NDArray places;
    private final List<Layer> layers = new ArrayList<>();
    private final NDArray normWeight;
    private final NDArray normBias;

    Gpt2Decoder(Gpt2Config config, Parameters parameters) {
        this.config = config;
        this.parameters = parameters;
        this.kernels = parameters.torch().kernels();
        this.tokens = parameters.get("transformer.wte.weight");
        this.places = parameters.get("transformer.wpe.weight");
        for (int i = 0; i < config.layers(); i++) {
            String h = "transformer.h." + i + ".";
            layers.add(new Layer(
                    new Weights(parameters, h)
                            .vector("ln_1.weight")
                            .vector("ln_1.bias")
                            .dense("attn.c_attn")
                            .dense("attn.c_proj")
                            .list(),
                    new Weights(parameters, h)
                            .vector("ln_2.weight")
                            .vector("ln_2.bias")
                            .dense("mlp.c_fc")
                            .dense("mlp.c_proj")
                            .list()));
        }
        this.normWeight = parameters.get("transformer.ln_f.weight");
        this.normBias = parameters.get("transformer.ln_f.bias");
    }

    @Override
    public NDArray forward(Input input, boolean dropout, List<NDArray> only) {
        double attention = dropout ? config.attentionDropout() : 0;
        double residual = dropout ? config.residualDropout() : 0;
        try (Scope scope = new Scope()) {
            int dtype = parameters.compute().scalarType();
            NDArray x = kernels.call("embedding", input.ids(), tokens, -1, dtype, 1.0)
                    .add(kernels.call("embedding", input.positions(), places, -1, dtype, 1.0));
            x = kernels.call("dropout", x, dropout ? config.embeddingDropout() : 0.0);
            for (int i = 0; i < layers.size(); i++) {
                Layer layer = layers.get(i);
                x = kernels.call(
                        "gpt2_attention",
                        x,
                        layer.attention(),
                        config.epsilon(),
                        config.heads(),
                        input.mask(),
                        input.layerCache(i),
                        input.place(),
                        config.attentionScale(i),
                        attention,
                        residual);
                if (i == layers.size() - 1) {
                    x = Decoder.narrowed(kernels, x, only);
                }
                x = kernels.call(
                        "gpt2_mlp",
                        x,
                        layer.mlp(),
                        config.epsilon(),
                        config.activation().number(),
                        residual);
            }
            return scope.keep(kernels.call("layer_norm", x, normWeight, normBias, config.epsilon()));
        }
    }
}

package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.tensor.Kernels;
import dev.rlhf.tensor.Scope;
import java.util.ArrayList;
import java.util.List;

/** Llama (Touvron et al. 2023; Grattafiori et al. 2024). */
final class LlamaDecoder implements Decoder {
    private record Layer(List<NDArray> attention, List<NDArray> mlp) {}

    private final LlamaConfig config;
    private final Parameters parameters;
    private final Kernels kernels;
    private final NDArray tokens;
    private final NDArray inverseFrequencies;
    private final List<Layer> layers = new ArrayList<>();
    private final NDArray norm;

    LlamaDecoder(LlamaConfig config, Parameters parameters) {
        this.config = config;
        this.parameters = parameters;
        this.kernels = parameters.torch().kernels();
        this.tokens = parameters.get("model.embed_tokens.weight");
        this.inverseFrequencies = parameters.constant(config.inverseFrequencies());
        for (int i = 0; i < config.layers(); i++) {
            layers.add(layer("model.layers." + i + "."));
        }
        this.norm = parameters.get("model.norm.weight");
    }

    private Layer layer(String prefix) {
        return new Layer(
                new Weights(parameters, prefix)
                        .vector("input_layernorm.weight")
                        .dense("self_attn.q_proj")
                        .dense("self_attn.k_proj")
                        .dense("self_attn.v_proj")
                        .dense("self_attn.o_proj")
                        .list(),
                new Weights(parameters, prefix)
                        .vector("post_attention_layernorm.weight")
                        .dense("mlp.gate_proj")
                        .dense("mlp.up_proj")
                        .dense("mlp.down_proj")
                        .list());
    }

    @Override
    public NDArray forward(Input input, boolean dropout) {
        try (Scope scope = new Scope()) {
            NDArray x = kernels.call(
                    "embedding",
                    input.ids(),
                    tokens,
                    config.paddingId(),
                    parameters.compute().scalarType());
            List<NDArray> angles = kernels.callAll("rope", input.positions(), inverseFrequencies, 1.0);
            for (int i = 0; i < layers.size(); i++) {
                Layer layer = layers.get(i);
                x = kernels.call(
                        "llama_attention",
                        x,
                        layer.attention(),
                        config.epsilon(),
                        config.heads(),
                        config.kvHeads(),
                        angles,
                        input.mask(),
                        input.layerCache(i),
                        input.place(),
                        input.columns(),
                        dropout ? config.attentionDropout() : 0.0);
                x = kernels.call("llama_mlp", x, layer.mlp(), config.epsilon());
            }
            return scope.keep(kernels.call("rms_norm", x, norm, config.epsilon()));
        }
    }
}

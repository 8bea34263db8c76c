package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;

/** GPT-2 (Radford et al. 2019), pre-norm blocks. */
final class Gpt2Decoder implements Decoder {
    private final Gpt2Config config;
    private final Parameters parameters;
    private final List<NDArray> weights;
    private final double[] scales;

    Gpt2Decoder(Gpt2Config config, Parameters parameters) {
        this.config = config;
        this.parameters = parameters;
        Weights all = new Weights(parameters)
                .tensor("transformer.wte.weight")
                .tensor("transformer.wpe.weight")
                .tensor("transformer.ln_f.weight")
                .tensor("transformer.ln_f.bias");
        for (int i = 0; i < config.layers(); i++) {
            String h = "transformer.h." + i + ".";
            all.tensor(h + "ln_1.weight")
                    .tensor(h + "ln_1.bias")
                    .dense(h + "attn.c_attn")
                    .dense(h + "attn.c_proj")
                    .tensor(h + "ln_2.weight")
                    .tensor(h + "ln_2.bias")
                    .dense(h + "mlp.c_fc")
                    .dense(h + "mlp.c_proj");
        }
        this.weights = all.list();
        this.scales = new double[config.layers()];
        Arrays.setAll(scales, config::attentionScale);
    }

    @Override
    public NDArray forward(Input input, boolean dropout, List<NDArray> only) {
        return parameters
                .torch()
                .kernels()
                .call(
                        "gpt2",
                        input.ids(),
                        input.positions(),
                        weights,
                        parameters.compute().scalarType(),
                        config.heads(),
                        config.epsilon(),
                        config.activation().number(),
                        scales,
                        input.mask(),
                        input.cached(),
                        input.place(),
                        only,
                        dropout ? config.embeddingDropout() : 0,
                        dropout ? config.attentionDropout() : 0,
                        dropout ? config.residualDropout() : 0);
    }
}

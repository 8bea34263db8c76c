package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;

/**
 * Runs GPT-2 (Radford et al. 2019), with pre-norm blocks. Its weights are stored as [in, out]; frozen ones are
 * transposed once and not at each use, because making even views would slow down the steps of generation.
 */
final class Gpt2Decoder implements Decoder {
    private final Gpt2Config config;
    private final Parameters parameters;
    private final boolean frozen;
    private final BodyWeights weights;
    private final double[] scales;

    Gpt2Decoder(Gpt2Config config, Parameters parameters) {
        this.config = config;
        this.parameters = parameters;
        this.frozen = parameters.frozen();
        Weights all = new Weights(parameters)
                .tensor("transformer.wte.weight")
                .tensor("transformer.wpe.weight")
                .tensor("transformer.ln_f.weight")
                .tensor("transformer.ln_f.bias");
        for (int i = 0; i < config.layers(); i++) {
            String h = "transformer.h." + i + ".";
            all.tensor(h + "ln_1.weight").tensor(h + "ln_1.bias");
            dense(all, h + "attn.c_attn", h + "attn.c_proj");
            all.tensor(h + "ln_2.weight").tensor(h + "ln_2.bias");
            dense(all, h + "mlp.c_fc", h + "mlp.c_proj");
        }
        this.weights = all.body(!frozen);
        this.scales = new double[config.layers()];
        Arrays.setAll(scales, config::attentionScale);
    }

    private void dense(Weights all, String... modules) {
        for (String module : modules) {
            NDArray weight = parameters.get(module + ".weight");
            all.dense(module, frozen ? parameters.derived().view(weight.transpose()) : weight);
        }
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
                        "gpt2",
                        input.ids(),
                        input.positions(),
                        input.mask(),
                        input.place(),
                        weights.of(input),
                        parameters.compute().scalarType(),
                        config.heads(),
                        config.epsilon(),
                        config.activation().number(),
                        weights.transposed(input),
                        scales,
                        input.cached(),
                        only,
                        dropout ? config.embeddingDropout() : 0,
                        dropout ? config.attentionDropout() : 0,
                        dropout ? config.residualDropout() : 0);
    }
}

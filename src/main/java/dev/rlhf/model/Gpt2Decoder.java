package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;

/**
 * Runs the body of GPT-2 with the kernel {@code gpt2}. Its linear weights are stored as [in, out]; frozen ones are
 * transposed once, because even making a view at each use would slow down generation.
 */
final class Gpt2Decoder extends Decoder {
    private final Gpt2Config config;
    private final boolean transposes;
    private final BodyWeights weights;
    private final double[] scales;

    Gpt2Decoder(Gpt2Config config, Parameters parameters) {
        super(config, parameters);
        this.config = config;
        this.transposes = parameters.frozen() && !parameters.quantized();
        BodyWeightsBuilder all = new BodyWeightsBuilder(parameters, derived)
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
        this.weights = all.body(!transposes, true);
        this.scales = new double[config.layers()];
        Arrays.setAll(scales, config::attentionScale);
    }

    private void dense(BodyWeightsBuilder all, String... modules) {
        for (String module : modules) {
            NDArray weight = parameters.get(module + ".weight");
            all.dense(module, transposes ? derived.view(weight.transpose()) : weight);
        }
    }

    @Override
    BodyWeights weights() {
        return weights;
    }

    @Override
    NDArray forwardAtOnce(Input input, boolean dropout, List<NDArray> selected) {
        return runBody(
                "gpt2",
                input,
                input.ids(),
                input.positions(),
                input.mask(),
                input.slots(),
                weights.of(input),
                parameters.compute().scalarType(),
                config.heads(),
                config.epsilon(),
                config.activation().number(),
                weights.transposed(input),
                scales,
                input.cached(),
                selected,
                dropout ? config.embeddingDropout() : 0,
                dropout ? config.attentionDropout() : 0,
                dropout ? config.residualDropout() : 0);
    }

    @Override
    Layers layers(Input input, boolean dropout) {
        return new Gpt2Layers(input, dropout);
    }

    private final class Gpt2Layers extends Layers {
        private final boolean dropout;

        Gpt2Layers(Input input, boolean dropout) {
            super(input);
            this.dropout = dropout;
        }

        @Override
        NDArray embedding() {
            return kernels.call(
                    "gpt2_embedding",
                    input.ids(),
                    input.positions(),
                    tensors,
                    dtype,
                    dropout ? config.embeddingDropout() : 0);
        }

        @Override
        NDArray layer(NDArray x, int layer, List<NDArray> selected) {
            return kernels.call(
                    "gpt2_layer",
                    x,
                    tensors,
                    layer,
                    weights.transposed(input),
                    false,
                    config.heads(),
                    config.epsilon(),
                    scales[layer],
                    config.activation().number(),
                    input.mask(),
                    List.of(),
                    List.of(),
                    selected,
                    dropout ? config.attentionDropout() : 0,
                    dropout ? config.residualDropout() : 0);
        }

        @Override
        NDArray norm(NDArray x) {
            return layerNorm(x, "transformer.ln_f", config.epsilon());
        }
    }
}

package dev.rlhf.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.tensor.Dtype;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * GPT-2 (Radford et al. 2019): learned positions, a fused c_attn, linear weights stored as [in, out] (Conv1D), exact
 * gelu or gelu by tanh, and a tied head.
 */
public record Gpt2Config(
        ObjectNode json,
        int vocabSize,
        int hiddenSize,
        int layers,
        int heads,
        int intermediateSize,
        int maxPositions,
        double epsilon,
        Activation activation,
        boolean scaled,
        boolean scaledByLayer,
        double embeddingDropout,
        double attentionDropout,
        double residualDropout,
        boolean tied,
        double initializerRange,
        List<Integer> eosIds)
        implements ModelConfig {
    /** Keys of heads that are not supported, and n_ctx, an old name of n_positions. */
    private static final List<String> UNUSED = List.of(
            "summary_activation",
            "summary_first_dropout",
            "summary_proj_to_labels",
            "summary_type",
            "summary_use_proj",
            "n_ctx");

    static Gpt2Config read(ConfigReader in) {
        in.node("reorder_and_upcast_attn"); // changes rounding only
        UNUSED.forEach(in::node);
        int width = in.size("n_embd");
        int heads = in.size("n_head");
        if (width % heads != 0) {
            throw in.error("n_embd " + width + " is not a multiple of n_head " + heads);
        }
        return new Gpt2Config(
                in.json(),
                in.size("vocab_size"),
                width,
                in.size("n_layer"),
                heads,
                in.size("n_inner", 4 * width),
                in.size("n_positions"),
                in.positive("layer_norm_epsilon", 1e-5),
                Activation.read(in, "activation_function", "gelu_new"),
                in.flag("scale_attn_weights", true),
                in.flag("scale_attn_by_inverse_layer_idx", false),
                in.dropout("embd_pdrop", 0.1),
                in.dropout("attn_pdrop", 0.1),
                in.dropout("resid_pdrop", 0.1),
                in.flag("tie_word_embeddings", true),
                in.number("initializer_range", 0.02),
                in.ids("eos_token_id"));
    }

    /** Returns the factor that scales q k' in a layer. */
    double attentionScale(int layer) {
        double scale = scaled ? 1 / Math.sqrt(headDim()) : 1;
        return scaledByLayer ? scale / (layer + 1) : scale;
    }

    @Override
    public String prefix() {
        return "transformer.";
    }

    @Override
    public String embeddingName() {
        return "transformer.wte.weight";
    }

    @Override
    public Set<String> tables() {
        return Set.of(embeddingName(), "transformer.wpe.weight");
    }

    @Override
    public boolean storesTransposed() {
        return true;
    }

    @Override
    public String architecture(boolean scalarHead) {
        return scalarHead ? "GPT2ForSequenceClassification" : "GPT2LMHeadModel";
    }

    @Override
    public List<ParameterSpec> bodyParameters() {
        // residual projections start with smaller weights: GPT-2 paper, section 2.3
        double residual = initializerRange / Math.sqrt(2.0 * layers);
        int d = hiddenSize;
        List<ParameterSpec> all = new ArrayList<>();
        all.add(ParameterSpec.normal("transformer.wte.weight", initializerRange, vocabSize, d));
        all.add(ParameterSpec.normal("transformer.wpe.weight", initializerRange, maxPositions, d));
        for (int i = 0; i < layers; i++) {
            String h = "transformer.h." + i + ".";
            all.add(ParameterSpec.ones(h + "ln_1.weight", d));
            all.add(ParameterSpec.zeros(h + "ln_1.bias", d));
            all.add(ParameterSpec.normal(h + "attn.c_attn.weight", initializerRange, d, 3L * d));
            all.add(ParameterSpec.zeros(h + "attn.c_attn.bias", 3L * d));
            all.add(ParameterSpec.normal(h + "attn.c_proj.weight", residual, d, d));
            all.add(ParameterSpec.zeros(h + "attn.c_proj.bias", d));
            all.add(ParameterSpec.ones(h + "ln_2.weight", d));
            all.add(ParameterSpec.zeros(h + "ln_2.bias", d));
            all.add(ParameterSpec.normal(h + "mlp.c_fc.weight", initializerRange, d, intermediateSize));
            all.add(ParameterSpec.zeros(h + "mlp.c_fc.bias", intermediateSize));
            all.add(ParameterSpec.normal(h + "mlp.c_proj.weight", residual, intermediateSize, d));
            all.add(ParameterSpec.zeros(h + "mlp.c_proj.bias", d));
        }
        all.add(ParameterSpec.ones("transformer.ln_f.weight", d));
        all.add(ParameterSpec.zeros("transformer.ln_f.bias", d));
        return all;
    }

    @Override
    public boolean ignorable(String name) {
        return name.endsWith(".attn.bias") || name.endsWith(".attn.masked_bias"); // causal masks of old versions
    }

    @Override
    public long layerActivations(Dtype compute, long width, boolean dropout) {
        long states = 2 + 2 + 4; // inputs of the norms, their outputs; queries, keys, values and attention's output
        long mlp = 2L * intermediateSize; // before and after the activation
        long masks = dropout && residualDropout > 0 ? 2L * hiddenSize : 0;
        long pairs = dropout && attentionDropout > 0 ? 3L * heads * width : 0;
        return compute.bytes() * (states * hiddenSize + mlp + masks + pairs);
    }
}

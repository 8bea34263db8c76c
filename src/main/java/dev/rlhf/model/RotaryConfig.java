package dev.rlhf.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.tensor.Dtype;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The config of a family descended from Llama: RMSNorm, rotary attention with grouped queries, and a gated MLP. A
 * subclass per family reads the family's own settings and names its tensors; {@link RotaryDecoder} runs all of them.
 */
abstract non-sealed class RotaryConfig implements ModelConfig {
    private final ConfigReader in;
    private final String architecture;
    private final int vocabSize;
    private final int hiddenSize;
    private final int layers;
    private final int heads;
    private final int kvHeads;
    private final int headDim;
    private final int intermediateSize;
    private final int maxPositions;
    private final double epsilon;
    private final Activation activation;
    private final double attentionDropout;
    private final boolean tied;
    private final double initializerRange;
    private final int paddingId;
    private final List<Integer> eosIds;
    private final Rope rope;

    /** @param architecture the prefix of transformers' class names: {@code Llama} */
    RotaryConfig(ConfigReader in, String architecture) {
        this(in, architecture, false);
    }

    /** @param partial whether {@code partial_rotary_factor} may be other than 1 */
    RotaryConfig(ConfigReader in, String architecture, boolean partial) {
        this.in = in;
        this.architecture = architecture;
        this.vocabSize = in.size("vocab_size");
        this.hiddenSize = in.size("hidden_size");
        this.layers = in.size("num_hidden_layers");
        this.heads = in.size("num_attention_heads");
        this.kvHeads = in.size("num_key_value_heads", heads);
        if (heads % kvHeads != 0) {
            throw in.error("num_attention_heads " + heads + " is not a multiple of num_key_value_heads " + kvHeads);
        }
        this.headDim = in.size("head_dim", hiddenSize / heads);
        this.intermediateSize = in.size("intermediate_size");
        this.maxPositions = RopeScaling.positions(in);
        this.epsilon = in.positive("rms_norm_eps", 1e-6);
        this.activation = Activation.read(in, in.has("hidden_activation") ? "hidden_activation" : "hidden_act", "silu");
        this.attentionDropout = in.dropout("attention_dropout", 0);
        this.tied = in.flag("tie_word_embeddings", false);
        this.initializerRange = in.number("initializer_range", 0.02);
        this.paddingId = padding(in, vocabSize);
        this.eosIds = in.ids("eos_token_id");
        if (!partial) {
            in.require("partial_rotary_factor", 1.0);
        }
        this.rope = RopeScaling.read(
                in,
                "full_attention",
                headDim,
                in.positive("rope_theta", 10_000),
                in.number("partial_rotary_factor", 1));
    }

    /** Reads {@code pad_token_id}, where a negative id counts from the end; -1 if there is none. */
    private static int padding(ConfigReader in, int vocabSize) {
        if (!in.has("pad_token_id")) {
            return -1;
        }
        int padding = in.integer("pad_token_id");
        if (padding >= vocabSize || padding < -vocabSize) {
            throw in.error("pad_token_id " + padding + " is outside the vocabulary of " + vocabSize);
        }
        return Math.floorMod(padding, vocabSize);
    }

    /** Returns the attention block of one layer, as the kernel {@code rotary_attention} takes it. */
    abstract Block attention();

    /** Returns the MLP of one layer, as the kernel {@code gated_mlp} takes it. */
    Block mlp() {
        return mlp(false);
    }

    /** Returns the rotary position embeddings of a layer; null: none. */
    @Nullable
    Rope rope(int layer) {
        return rope;
    }

    /**
     * Returns the sliding window of a layer: how many positions it attends to, the query's own included; 0: all earlier
     * ones.
     */
    int window(int layer) {
        return 0;
    }

    RmsNorm norm() {
        return RmsNorm.AFTER_CAST;
    }

    /** Returns the factor that scales q k'. */
    double attentionScale() {
        return 1 / Math.sqrt(headDim);
    }

    /** Returns the soft cap of attention scores; 0: none. */
    double attentionCap() {
        return 0;
    }

    /** Returns the factor that scales embeddings. */
    double embeddingScale() {
        return 1;
    }

    /** Returns the dropout probability of a block's output, before it is added to the residual stream. */
    double residualDropout() {
        return 0;
    }

    /** Returns Llama's attention block under its usual names. */
    final Block attention(boolean inputBias, boolean outputBias) {
        Block norms = new Block()
                .vector("input_layernorm.weight", 1, hiddenSize)
                .noNorm()
                .noNorm()
                .noNorm();
        return projections(norms, inputBias, outputBias);
    }

    /** Adds the four projections to the four norms of an attention block. */
    final Block projections(Block norms, boolean inputBias, boolean outputBias) {
        return norms.linear("self_attn.q_proj", queryWidth(), hiddenSize, inputBias)
                .linear("self_attn.k_proj", keyWidth(), hiddenSize, inputBias)
                .linear("self_attn.v_proj", keyWidth(), hiddenSize, inputBias)
                .linear("self_attn.o_proj", hiddenSize, queryWidth(), outputBias);
    }

    /** Returns Llama's MLP under its usual names. */
    final Block mlp(boolean bias) {
        Block norms = new Block()
                .vector("post_attention_layernorm.weight", 1, hiddenSize)
                .noNorm();
        return gated(norms, bias);
    }

    /** Adds the three matrices of a gated MLP to its two norms. */
    final Block gated(Block norms, boolean bias) {
        return norms.linear("mlp.gate_proj", intermediateSize, hiddenSize, bias)
                .linear("mlp.up_proj", intermediateSize, hiddenSize, bias)
                .linear("mlp.down_proj", hiddenSize, intermediateSize, bias);
    }

    final ConfigReader in() {
        return in;
    }

    @Override
    public final int heads() {
        return heads;
    }

    final int intermediateSize() {
        return intermediateSize;
    }

    final int queryWidth() {
        return heads * headDim;
    }

    final int keyWidth() {
        return kvHeads * headDim;
    }

    final double epsilon() {
        return epsilon;
    }

    final Activation activation() {
        return activation;
    }

    final double attentionDropout() {
        return attentionDropout;
    }

    /** Returns the embedding row that is not trained, as in transformers (even if it is the end token's); -1: none. */
    final int paddingId() {
        return paddingId;
    }

    @Override
    public final ObjectNode json() {
        return in.json();
    }

    @Override
    public final int vocabSize() {
        return vocabSize;
    }

    @Override
    public final int hiddenSize() {
        return hiddenSize;
    }

    @Override
    public final int layers() {
        return layers;
    }

    @Override
    public final int maxPositions() {
        return maxPositions;
    }

    @Override
    public final int generatedPositions() {
        int least = maxPositions;
        for (int i = 0; i < layers; i++) {
            Rope rope = rope(i);
            least = rope == null || rope.validPositions() == 0 ? least : Math.min(least, rope.validPositions());
        }
        return least;
    }

    @Override
    public final int kvHeads() {
        return kvHeads;
    }

    @Override
    public final int headDim() {
        return headDim;
    }

    @Override
    public final boolean tied() {
        return tied;
    }

    @Override
    public final List<Integer> eosIds() {
        return eosIds;
    }

    @Override
    public String prefix() {
        return "model.";
    }

    @Override
    public String embeddingName() {
        return "model.embed_tokens.weight";
    }

    @Override
    public String architecture(boolean scalarHead) {
        return architecture + (scalarHead ? "ForSequenceClassification" : "ForCausalLM");
    }

    @Override
    public final List<ParameterSpec> bodyParameters() {
        List<ParameterSpec> all = new ArrayList<>();
        all.add(ParameterSpec.normal(embeddingName(), initializerRange, vocabSize, hiddenSize));
        for (int i = 0; i < layers; i++) {
            String layer = "model.layers." + i + ".";
            all.addAll(attention().specs(layer, initializerRange));
            all.addAll(mlp().specs(layer, initializerRange));
        }
        all.add(new ParameterSpec("model.norm.weight", 0, norm() == RmsNorm.ONE_PLUS_WEIGHT ? 0 : 1, hiddenSize));
        return all;
    }

    @Override
    public boolean ignorable(String name) {
        return name.endsWith("rotary_emb.inv_freq"); // computed; old versions stored it
    }

    @Override
    public long layerActivations(Dtype compute, long width, boolean dropout) {
        long bytes = compute.bytes();
        long norms = 0; // each keeps two states in fp32, or three of 4, 2 and 2 bytes
        for (Block block : List.of(attention(), mlp())) {
            for (Block.Slot slot : block.slots()) {
                norms += slot instanceof Block.Vector vector ? 2L * Float.BYTES * vector.width() : 0;
            }
        }
        long attention = 4L * heads * headDim; // rotated queries and keys, values, the output
        long mlp = 4L * intermediateSize; // gate, its activation, up, their product
        boolean dropped = dropout && attentionDropout > 0;
        long pairs = (dropped ? 3L : 0) + (attentionCap() > 0 ? 5L : 0);
        long masks = dropout && residualDropout() > 0 ? 2L * hiddenSize : 0;
        return norms + bytes * (2L * hiddenSize + attention + mlp + masks) + Float.BYTES * pairs * heads * width;
    }
}

package dev.rlhf.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The families that grew out of Llama: RMSNorm, rotary attention with grouped queries, gated MLP. A family is a subclass that
 * reads its switches and names its tensors; {@link RotaryDecoder} runs them all. Here is what nearly all of them agree on.
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
    private final int inner;
    private final int maxPositions;
    private final double epsilon;
    private final Activation activation;
    private final double attentionDropout;
    private final boolean tied;
    private final double initializerRange;
    private final int paddingId;
    private final List<Integer> eosIds;

    /** @param architecture what class names in transformers start with: {@code Llama} */
    RotaryConfig(ConfigReader in, String architecture) {
        this.in = in;
        this.architecture = architecture;
        this.vocabSize = in.integer("vocab_size");
        this.hiddenSize = in.integer("hidden_size");
        this.layers = in.integer("num_hidden_layers");
        this.heads = in.integer("num_attention_heads");
        this.kvHeads = in.integer("num_key_value_heads", heads);
        if (heads % kvHeads != 0) {
            throw in.error("num_attention_heads " + heads + " is not a multiple of num_key_value_heads " + kvHeads);
        }
        this.headDim = in.integer("head_dim", hiddenSize / heads);
        this.inner = in.integer("intermediate_size");
        this.maxPositions = Rope.positions(in);
        this.epsilon = in.number("rms_norm_eps", 1e-6);
        this.activation = Activation.read(in, in.has("hidden_activation") ? "hidden_activation" : "hidden_act", "silu");
        this.attentionDropout = in.number("attention_dropout", 0);
        this.tied = in.flag("tie_word_embeddings", false);
        this.initializerRange = in.number("initializer_range", 0.02);
        this.paddingId = padding(in, vocabSize);
        this.eosIds = in.ids("eos_token_id");
    }

    /** A negative one counts from the end. */
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

    /** The attention block of one layer, as the kernel {@code rotary_attention} takes it. */
    abstract Block attention();

    /** The MLP of one layer, as the kernel {@code gated_mlp} takes it. */
    abstract Block mlp();

    /** The table that a layer's positions are turned by; none: they are not turned. */
    abstract @Nullable Rope rope(int layer);

    /** How many of the last positions a layer looks at, the query's own among them; 0: all. */
    int window(int layer) {
        return 0;
    }

    RmsNorm norm() {
        return RmsNorm.NARROW;
    }

    /** What q k' is multiplied by. */
    double attentionScale() {
        return 1 / Math.sqrt(headDim);
    }

    /** Soft cap of attention scores; 0: none. */
    double attentionCap() {
        return 0;
    }

    /** What embeddings are multiplied by. */
    double embeddingScale() {
        return 1;
    }

    /** Dropout of what a block adds to the residual stream. */
    double residualDropout() {
        return 0;
    }

    @Override
    public double logitCap() {
        return 0;
    }

    /** Llama's attention block under its usual names. */
    final Block attention(boolean inputBias, boolean outputBias) {
        return new Block()
                .vector("input_layernorm.weight", 1, hiddenSize)
                .noNorm()
                .noNorm()
                .noNorm()
                .linear("self_attn.q_proj", queryWidth(), hiddenSize, inputBias)
                .linear("self_attn.k_proj", keyWidth(), hiddenSize, inputBias)
                .linear("self_attn.v_proj", keyWidth(), hiddenSize, inputBias)
                .linear("self_attn.o_proj", hiddenSize, queryWidth(), outputBias);
    }

    /** Llama's MLP under its usual names. */
    final Block mlp(boolean bias) {
        return new Block()
                .vector("post_attention_layernorm.weight", 1, hiddenSize)
                .noNorm()
                .linear("mlp.gate_proj", inner, hiddenSize, bias)
                .linear("mlp.up_proj", inner, hiddenSize, bias)
                .linear("mlp.down_proj", hiddenSize, inner, bias);
    }

    /** The config's one table for all layers. */
    static Rope rope(ConfigReader in, int headDim) {
        return Rope.read(in, "full_attention", headDim, in.number("rope_theta", 10_000), 1);
    }

    /**
     * A window a layer, from {@code layer_types}.
     *
     * @param otherwise where the file has no such list: does a layer have a window?
     * @param window {@code sliding_window}, or 0
     */
    static int[] windows(ConfigReader in, int layers, java.util.function.IntPredicate otherwise, int window) {
        int[] windows = new int[layers];
        JsonNode types = in.node("layer_types");
        if (in.has("layer_types") && types.size() != layers) {
            throw in.error("layer_types has " + types.size() + " entries for " + layers + " layers");
        }
        for (int i = 0; i < layers; i++) {
            String type = !in.has("layer_types")
                    ? (otherwise.test(i) ? "sliding_attention" : "full_attention")
                    : types.path(i).asText();
            windows[i] = switch (type) {
                case "full_attention" -> 0;
                case "sliding_attention" -> window;
                default -> throw in.error("layer_types: " + type + " is not supported");
            };
            if (type.equals("sliding_attention") && window < 1) {
                throw in.error("layer_types has sliding_attention, but there is no sliding_window");
            }
        }
        return windows;
    }

    final ConfigReader in() {
        return in;
    }

    @Override
    public final int heads() {
        return heads;
    }

    final int inner() {
        return inner;
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

    /** The embedding row that is never trained, as transformers has it (even where it is the end token); -1: none. */
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
            least = rope == null || rope.reach() == 0 ? least : Math.min(least, rope.reach());
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
    public String headName() {
        return "lm_head.weight";
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
        all.add(new ParameterSpec("model.norm.weight", 0, norm() == RmsNorm.FROM_ONE ? 0 : 1, hiddenSize));
        return all;
    }

    @Override
    public boolean ignorable(String name) {
        return name.endsWith("rotary_emb.inv_freq"); // computed, old versions stored it
    }
}

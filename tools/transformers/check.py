"""Loads an rlhf checkpoint in transformers and compares logits (or scores) on a few sequences.

    python tools/transformers/check.py MODEL_FOLDER lm|score

Needs torch, transformers, JDK 25 as `java`, and a built checkout (target/rlhf.jar, target/lib, target/lib-cpu).
"""

import json
import pathlib
import random
import subprocess
import sys

import torch
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer

ROOT = pathlib.Path(__file__).resolve().parents[2]


def ours(folder, kind, ids):
    classpath = f"{ROOT}/target/classes:{ROOT}/target/lib/*:{ROOT}/target/lib-cpu/*"
    out = subprocess.run(
        ["java", "--enable-native-access=ALL-UNNAMED", "-cp", classpath, f"{ROOT}/tools/transformers/Logits.java",
         folder, kind, *map(str, ids)], check=True, capture_output=True, text=True).stdout
    return torch.tensor([float(line) for line in out.split()])


def ended_rows(folder, model, config, rng):
    """The largest difference on rows that end with each end token, scored as one batch padded by the tokenizer."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ends = config.get("eos_token_id")
    ends = ends if isinstance(ends, list) else [ends]
    ends = sorted({*ends, tokenizer.eos_token_id} - {None})
    assert tokenizer.pad_token_id == config["pad_token_id"] and config["pad_token_id"] not in ends, "unsafe padding"
    rows = [[rng.randrange(tokenizer.vocab_size) for _ in range(3 + 4 * i)] + [end] for i, end in enumerate(ends * 2)]
    rows = [[id for id in row if id != config["pad_token_id"]] for row in rows]
    batch = tokenizer.pad({"input_ids": rows}, return_tensors="pt")
    with torch.inference_mode():
        theirs = model(**{k: batch[k] for k in ("input_ids", "attention_mask")}).logits.float().flatten()
    mine = torch.cat([ours(folder, "score", row) for row in rows]) + config.get("reward_mean", 0)
    return (theirs - mine).abs().max().item()


def main():
    folder, kind = sys.argv[1:]
    auto = AutoModelForCausalLM if kind == "lm" else AutoModelForSequenceClassification
    model, info = auto.from_pretrained(folder, output_loading_info=True)
    assert not info["missing_keys"] and not info["unexpected_keys"] and not info["mismatched_keys"], info
    config = json.load(open(f"{folder}/config.json"))
    rng, worst = random.Random(0), 0.0
    for length in (1, 7, 40):
        ids = [rng.randrange(config["vocab_size"]) for _ in range(length)]
        with torch.inference_mode():
            logits = model.eval()(torch.tensor([ids])).logits.float().flatten()
        mine = ours(folder, kind, ids) + (config.get("reward_mean", 0) if kind == "score" else 0)
        worst = max(worst, (logits - mine).abs().max().item())
    if kind == "score":
        worst = max(worst, ended_rows(folder, model, config, rng))
    print(f"{folder}: {type(model).__name__}, largest difference {worst:.2e}")
    assert worst <= 1e-4


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Golden numbers of the samplers: probabilities after transformers' own logits processors, in the order in which generate() runs them.

    tools/golden/samplers.py src/test/resources/golden/samplers

Needs torch and transformers (see bench/README.md for the versions). Writes case.json and expected.safetensors: logits [C, V], one
row a case, prompts and completions so far as id lists, the settings, and the probabilities [C, V]. Presence and frequency penalties
are OpenAI's, which transformers does not have: they are worked out here, after the repetition penalty.
"""

import json
import pathlib
import sys

import torch
import transformers
from safetensors.torch import save_file
from transformers.generation import logits_process as lp

V = 600
STOPS = [3, 17]
SETTINGS = [
    {},
    {"temperature": 0.7},
    {"temperature": 1.6},
    {"top_k": 5},
    {"top_k": 50, "temperature": 0.8},
    {"top_p": 0.9},
    {"top_p": 0.35, "temperature": 1.3},
    {"top_k": 40, "top_p": 0.8},
    {"min_p": 0.1},
    {"min_p": 0.05, "temperature": 2.0},
    {"top_k": 100, "top_p": 0.95, "min_p": 0.02, "temperature": 1.2},
    {"repetition_penalty": 1.3},
    {"repetition_penalty": 0.8, "top_p": 0.9},
    {"presence_penalty": 0.7},
    {"frequency_penalty": 0.4},
    {"presence_penalty": -0.5, "frequency_penalty": 0.9, "repetition_penalty": 1.1, "temperature": 0.9},
    {"bad_words": [[5], [9, 10], [11, 12, 13], [3]]},
    {"min_new_tokens": 6},
    {"min_new_tokens": 3},
    {"repetition_penalty": 1.2, "bad_words": [[9, 10], [40]], "min_new_tokens": 9, "temperature": 0.7,
     "top_k": 200, "top_p": 0.9, "min_p": 0.01},
]
PROMPT = [40, 41, 7, 7, 100, 101, 3]
COMPLETION = [200, 201, 200, 41, 9]


def probabilities(logits, settings):
    """The distribution that generate(do_sample=True) would draw the next token from."""
    ids = torch.tensor([PROMPT + COMPLETION])
    scores = logits[None].clone()

    def run(processor):
        nonlocal scores
        scores = processor(ids, scores)

    if "repetition_penalty" in settings:
        run(lp.RepetitionPenaltyLogitsProcessor(settings["repetition_penalty"]))
    times = torch.bincount(torch.tensor(COMPLETION), minlength=V).float()
    scores = scores - settings.get("presence_penalty", 0.0) * (times > 0) - settings.get("frequency_penalty", 0.0) * times
    stops = torch.tensor(STOPS)
    if "bad_words" in settings:
        run(lp.NoBadWordsLogitsProcessor(settings["bad_words"], stops))
    if "min_new_tokens" in settings:
        run(lp.MinNewTokensLengthLogitsProcessor(len(PROMPT), settings["min_new_tokens"], stops))
    if "temperature" in settings:
        run(lp.TemperatureLogitsWarper(settings["temperature"]))
    if "top_k" in settings:
        run(lp.TopKLogitsWarper(settings["top_k"]))
    if "top_p" in settings:
        run(lp.TopPLogitsWarper(settings["top_p"]))
    if "min_p" in settings:
        run(lp.MinPLogitsWarper(settings["min_p"]))
    return torch.softmax(scores, -1)[0]


def main(out):
    torch.manual_seed(4)
    logits = torch.randn(len(SETTINGS), V) * 2.5
    logits[:, PROMPT + COMPLETION + [10]] += 2  # so that the rules meet tokens that matter
    expected = torch.stack([probabilities(row, s) for row, s in zip(logits, SETTINGS)])
    out.mkdir(parents=True, exist_ok=True)
    save_file({"logits": logits, "probabilities": expected}, str(out / "expected.safetensors"))
    case = {"what": "probabilities after transformers' logits processors", "seed": 4, "prompt": PROMPT,
            "completion": COMPLETION, "stop_ids": STOPS, "settings": SETTINGS,
            "versions": {"torch": torch.__version__, "transformers": transformers.__version__}}
    (out / "case.json").write_text(json.dumps(case, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))

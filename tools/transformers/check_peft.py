"""Loads rlhf adapters in PEFT and PEFT adapters in rlhf, and compares logits (or scores) on a few sequences.

    python tools/transformers/check_peft.py ADAPTER_FOLDER     an adapter of ours, loaded by PEFT
    python tools/transformers/check_peft.py --on BASE_FOLDER   adapters that PEFT makes on it, loaded by ours

Needs torch, transformers, peft, JDK 25 as `java`, and a built checkout (target/rlhf.jar, target/lib, target/lib-cpu).
"""

import json
import pathlib
import random
import sys
import tempfile

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

from check import ours

TINY = 1e-4


def base(folder, task):
    if task == "SEQ_CLS":
        return AutoModelForSequenceClassification.from_pretrained(folder, num_labels=1)
    return AutoModelForCausalLM.from_pretrained(folder)


def sequences(vocabulary):
    rng = random.Random(0)
    return [[rng.randrange(vocabulary) for _ in range(length)] for length in (1, 7, 40)]


def compare(what, model, folder, task):
    config_file = pathlib.Path(folder, "config.json")
    mean = json.loads(config_file.read_text()).get("reward_mean", 0) if config_file.exists() else 0
    worst, moved = 0.0, 0.0
    for ids in sequences(model.config.vocab_size):
        with torch.inference_mode():
            logits = model.eval()(torch.tensor([ids])).logits.float().flatten()
            with model.disable_adapter():
                moved = max(moved, (model(torch.tensor([ids])).logits.float().flatten() - logits).abs().max().item())
        mine = ours(str(folder), "score" if task == "SEQ_CLS" else "lm", ids) + mean
        worst = max(worst, (logits - mine).abs().max().item())
    print(f"{what}: largest difference {worst:.2e} (the adapter moves by {moved:.2e})")
    assert worst <= TINY < moved


def check_ours(folder):
    config = json.loads(pathlib.Path(folder, "adapter_config.json").read_text())
    task, named = config["task_type"], config["base_model_name_or_path"]
    beside = pathlib.Path(folder, named)
    model = PeftModel.from_pretrained(base(beside if beside.is_dir() else named, task), folder)
    compare(folder, model, folder, task)


def check_theirs(folder):
    names = ["c_attn", "c_fc"] if hasattr(base(folder, "CAUSAL_LM").config, "n_embd") else ["q_proj", "down_proj"]
    cases = {
        "names": dict(r=4, lora_alpha=8, target_modules=names),
        "all-linear, rslora": dict(r=3, lora_alpha=5.5, use_rslora=True, target_modules="all-linear"),
        "regex, excluded": dict(r=2, target_modules=rf".*\.({'|'.join(names)})", exclude_modules=[names[1]]),
        "patterns, one layer": dict(r=4, rank_pattern={names[0]: 2}, alpha_pattern={names[1]: 32},
                                    target_modules=names, layers_to_transform=[1]),
        "score": dict(r=4, target_modules=names, task_type="SEQ_CLS"),
    }
    for what, options in cases.items():
        torch.manual_seed(1)
        task = options.pop("task_type", "CAUSAL_LM")
        model = get_peft_model(base(folder, task), LoraConfig(task_type=task, **options))
        for name, parameter in model.named_parameters():
            if "lora_B" in name:
                torch.nn.init.normal_(parameter, std=0.1)
        if model.config.pad_token_id is None:
            model.config.pad_token_id = 0
        with tempfile.TemporaryDirectory() as saved:
            model.save_pretrained(saved)
            config = pathlib.Path(saved, "adapter_config.json")
            stored = json.loads(config.read_text()) | {"base_model_name_or_path": str(pathlib.Path(folder).resolve())}
            config.write_text(json.dumps(stored))
            compare(f"PEFT's {what} on {folder}", model, saved, task)


if __name__ == "__main__":
    if sys.argv[1] == "--on":
        check_theirs(sys.argv[2])
    else:
        check_ours(sys.argv[1])

"""Loads every golden checkpoint with rlhf, saves it in small shards, loads that in transformers and compares with the case.

    python tools/transformers/resave.py

Needs torch, transformers, JDK 25 as `java`, and a built checkout (target/classes, target/lib, target/lib-cpu).
"""

import json
import pathlib
import subprocess
import tempfile

import torch
import transformers
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "src/test/resources/golden"


def resave(folders, to):
    classpath = f"{ROOT}/target/classes:{ROOT}/target/lib/*:{ROOT}/target/lib-cpu/*"
    subprocess.run(["java", "--enable-native-access=ALL-UNNAMED", "-cp", classpath,
                    f"{ROOT}/tools/transformers/Resave.java", to, *folders], check=True)


def loaded(auto, folder):
    model, info = auto.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    assert not any(info[k] for k in ("missing_keys", "unexpected_keys", "mismatched_keys")), (folder, info)
    return model.eval()


def lm(case, saved):
    model = loaded(AutoModelForCausalLM, saved)
    expected = load_file(case / "expected.safetensors")
    mask = expected["attention_mask_right"]
    with torch.inference_mode():
        logits = model(input_ids=expected["input_ids_right"], attention_mask=mask,
                       position_ids=expected["position_ids_right"], use_cache=False).logits
    was = json.loads((case / "generation_config.json").read_text())
    assert json.loads((saved / "generation_config.json").read_text())["eos_token_id"] == was["eos_token_id"]
    return ((logits - expected["logits_right"]) * mask.unsqueeze(-1)).abs().max().item()


def score(case, saved):
    model = loaded(AutoModelForSequenceClassification, saved)
    expected = load_file(case / "expected.safetensors")
    worst = 0
    with torch.inference_mode():
        for row, n in enumerate(expected["attention_mask"].sum(-1).tolist()):
            hidden = getattr(model, model.base_model_prefix)(expected["input_ids"][row:row + 1, :n]).last_hidden_state
            worst = max(worst, abs(model.score(hidden)[0, -1, 0] - expected["scores"][row]).item())
    return worst


def counted(differences):
    return (str(len(differences)), f"{max(differences):.1e}") if differences else ("0", "")


def main():
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    table = {}
    for kind, check in (("models", lm), ("reward", score)):
        cases = sorted(p.parent for p in (GOLDEN / kind).glob("*/config.json"))
        with tempfile.TemporaryDirectory() as to:
            resave(cases, to)
            for case in cases:
                saved = pathlib.Path(to) / case.name
                worst = check(case, saved)
                shards = len(list(saved.glob("*.safetensors")))
                print(f"{kind}/{case.name}: {shards} files, largest difference {worst:.1e}", flush=True)
                family = json.loads((saved / "config.json").read_text())["model_type"]
                table.setdefault(family, {}).setdefault(kind, []).append(worst)
    print("\n| `model_type` | language models | largest difference of logits | reward models | of scores |")
    print("|---|--:|--:|--:|--:|")
    for family, kinds in sorted(table.items()):
        cells = [cell for kind in ("models", "reward") for cell in counted(kinds.get(kind, []))]
        print(f"| `{family}` | {' | '.join(cells)} |")
    assert max(w for kinds in table.values() for ws in kinds.values() for w in ws) <= 1e-5


if __name__ == "__main__":
    main()

"""Writes golden cases of adapters on the checkpoints of models.py, one per family: the results of PEFT.

    python tools/golden/adapters.py [--out src/test/resources/golden]

Each case is an adapter folder as PEFT's save_pretrained writes it, with case.json and expected.safetensors beside it; its base
is under models/. Same seeds and same versions give the same files.
"""

import argparse
import json
import pathlib
import shutil
import tempfile
import zlib

import peft
import torch
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

from models import formatted, versions, worst

FAMILIES = ["gpt_neox", "mistral", "qwen2", "qwen3", "smollm3", "gemma", "gemma2", "gemma3_text", "olmo2", "phi3"]
PEFT = "0.21.2"
LENGTH = 11
ABOUT = {
    "loss": "mean cross-entropy of input_ids[1:] given those before, with the adapter",
    "grad_norms": "L2 norm of d loss / d tensor, by the adapter's tensor",
}
WHAT = {
    "input_ids": "[T] one sequence",
    "logits_base": "[T, V] of the base",
    "logits_adapter": "[T, V] with the adapter",
}


def adapted(base, seed, **how):
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_pretrained(base, **how)
    model = get_peft_model(model, LoraConfig(
        task_type="CAUSAL_LM", r=2, lora_alpha=3, target_modules="all-linear", rank_pattern={"layers.1.*": 3}))
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.2)
    return model.eval()


def computed(model, ids):
    with torch.no_grad(), model.disable_adapter():
        base = model(ids).logits[0]
    model.zero_grad()
    logits = model(ids).logits[0]
    loss = torch.nn.functional.cross_entropy(logits[:-1], ids[0, 1:])
    loss.backward()
    norms = {name.replace(".default", ""): p.grad.norm().item() for name, p in model.named_parameters() if p.requires_grad}
    return {"input_ids": ids[0], "logits_base": base, "logits_adapter": logits.detach()}, {
        "loss": loss.item(), "grad_norms": norms}


def make(out, family):
    seed = zlib.crc32(f"lora/{family}".encode())
    base, folder = out / "models" / family, out / "lora" / family
    model = adapted(base, seed, attn_implementation="eager")
    ids = torch.randint(0, model.config.vocab_size - 3, (1, LENGTH), generator=torch.Generator().manual_seed(seed))
    tensors, values = computed(model, ids)
    moved = worst(tensors["logits_base"], tensors["logits_adapter"])
    assert moved > 0.1, (family, moved)
    exact, exact_values = computed(model.double(), ids)
    noise = {"logits": worst(tensors["logits_adapter"], exact["logits_adapter"]),
             "grad_norms": worst(values["grad_norms"], exact_values["grad_norms"])}
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as saved:
        model.float().save_pretrained(saved)
        shutil.copy(pathlib.Path(saved, "adapter_model.safetensors"), folder)
        config = json.loads(pathlib.Path(saved, "adapter_config.json").read_text())
    config |= {"base_model_name_or_path": f"../../models/{family}", "target_modules": sorted(config["target_modules"])}
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=1) + "\n")
    save_file({k: v.contiguous() for k, v in tensors.items()}, folder / "expected.safetensors")
    described = {k: {"dtype": str(v.dtype).removeprefix("torch."), "shape": list(v.shape), "what": WHAT[k]}
                 for k, v in tensors.items()}
    (folder / "case.json").write_text(formatted({
        "case": f"lora/{family}", "set": "tools/golden", "family": "core",
        "what": "adapters on every linear layer, r 2 and, in layer 1, 3", "reference": f"peft {PEFT}, float32",
        "versions": versions() | {"peft": peft.__version__}, "seed": seed, "values": values, "about": ABOUT,
        "noise": {k: float(f"{v:.2e}") for k, v in noise.items()}, "tensors": described}) + "\n")
    print(f"{family}: moves logits by {moved:.2f}, noise {noise}, on {config['target_modules']}", flush=True)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--out", type=pathlib.Path, default=pathlib.Path("src/test/resources/golden"))
    out = args.parse_args().out
    versions()
    assert peft.__version__ == PEFT, peft.__version__
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    for family in FAMILIES:
        make(out, family)


if __name__ == "__main__":
    main()

"""Trains a tiny reward model of every family with `rlhf reward` and compares transformers' scores with `rlhf score`.

    python tools/transformers/check_reward.py

The bases (golden/models; of llama golden/reward) have tokenizers that pad with the end token (golden/reward_padding). Rows end with the end token. They
are scored one by one and as one batch padded on the right: the whole model by transformers, an adapter by PEFT, each loaded as
docs/how-to/check-with-transformers.md says. Needs torch, transformers, peft, JDK 25 as `java`, and a built checkout
(target/classes, target/lib, target/lib-cpu; or a class path in RLHF_CLASSPATH).
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import torch
import transformers
from peft import AutoPeftModelForSequenceClassification, PeftModel
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "src/test/resources/golden"
CLASSPATH = os.environ.get("RLHF_CLASSPATH", f"{ROOT}/target/classes:{ROOT}/target/lib/*:{ROOT}/target/lib-cpu/*")
FAMILIES = json.loads((GOLDEN / "reward_padding/case.json").read_text())["values"]["families"]
TEXTS = ["Who keeps the light?The keeper.", "Where?", "Which city is it?I don't know, sorry.", "What is it?\nA river"]
PAIRS = [{"prompt": f"Where is it {i}?", "chosen": "The sea.", "rejected": "No idea, sorry."} for i in range(6)]
EAGER = {"attn_implementation": "eager"}  # sdpa leaves out Gemma 2's cap on attention scores
TINY = 1e-4


def rlhf(*arguments):
    done = subprocess.run(["java", "--enable-native-access=ALL-UNNAMED", "-cp", CLASSPATH, "dev.rlhf.cli.Main", *map(str, arguments)],
                          capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{arguments}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")


def jsonl(file, rows):
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def ours(folder, rows):
    """The output of the head for each row: `rlhf score` without subtracting reward_mean."""
    out = folder.parent / "scores.jsonl"
    rlhf("score", "--model_name_or_path", folder, "--input", jsonl(folder.parent / "rows.jsonl", [{"input_ids": r} for r in rows]),
         "--output", out)
    scored = [json.loads(line) for line in out.read_text().splitlines()]
    return [row.get("raw_score", row["score"]) for row in scored]


def theirs(model, tokenizer, texts):
    batch = tokenizer(texts, padding=True, padding_side="right", return_tensors="pt", return_token_type_ids=False)
    with torch.inference_mode():
        single = [model(torch.tensor([tokenizer(text)["input_ids"]])).logits.item() for text in texts]
        return single, model(**batch).logits.flatten().tolist()


def largest(mine, scored):
    return max(abs(a - b) for theirs in scored for a, b in zip(mine, theirs, strict=True))


def whole(folder, _):
    model, info = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True, **EAGER)
    assert not any(info[k] for k in ("missing_keys", "unexpected_keys", "mismatched_keys")), info
    return model


def adapter(folder, base):
    """With the adapter folder's own config, which has the padding token; the base's config has another."""
    config = AutoConfig.from_pretrained(folder)
    return PeftModel.from_pretrained(AutoModelForSequenceClassification.from_pretrained(base, config=config, **EAGER), folder)


def adapter_auto(folder, _):
    pad = AutoTokenizer.from_pretrained(folder).pad_token_id
    return AutoPeftModelForSequenceClassification.from_pretrained(folder, num_labels=1, pad_token_id=pad, **EAGER)


def adapter_on_base_config(folder, base):
    """Loads the adapter as in PEFT's examples."""
    return PeftModel.from_pretrained(AutoModelForSequenceClassification.from_pretrained(base, num_labels=1, **EAGER), folder)


def check(name, at):
    base = at / "base"
    kind = "reward" if name == "llama" else "models"  # models/llama has fewer embeddings than the tokenizer has tokens
    shutil.copytree(GOLDEN / kind / name, base)
    shutil.copytree(GOLDEN / "reward_padding" / FAMILIES[name]["tokenizer"], base, dirs_exist_ok=True)
    pairs = jsonl(at / "pairs.jsonl", PAIRS)
    found = {}
    for kind, options, loaders in (("full", [], [whole]), ("lora", ["--use_peft", "true"], [adapter, adapter_auto])):
        run = at / kind
        rlhf("reward", "--model_name_or_path", base, "--dataset", pairs, "--output_dir", run, "--learning_rate", "1e-2",
             "--eval_fraction", "0", "--max_steps", "2", "--device", "cpu", *options)
        folder = run / "model"
        tokenizer = AutoTokenizer.from_pretrained(folder)
        texts = [text + tokenizer.eos_token for text in TEXTS]
        rows = [tokenizer(text)["input_ids"] for text in texts]
        assert all(row[-1] == tokenizer.eos_token_id for row in rows)
        mine = ours(folder, rows)
        for load in loaders:
            found[f"{load.__name__}"] = largest(mine, theirs(load(folder, base).eval(), tokenizer, texts))
        if kind == "lora":
            config = json.loads((base / "config.json").read_text())
            (base / "config.json").write_text(json.dumps(config | {"pad_token_id": tokenizer.eos_token_id}))
            model = adapter_on_base_config(folder, base).eval()
            found["wrong"] = largest(mine, [[model(torch.tensor([row])).logits.item() for row in rows]])
    print(f"{name}: pad {tokenizer.pad_token} {tokenizer.pad_token_id}, largest difference "
          + ", ".join(f"{k} {v:.1e}" for k, v in found.items()), flush=True)
    return max(v for k, v in found.items() if k != "wrong")


def main():
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(1)
    worst = 0
    for name in sys.argv[1:] or FAMILIES:
        with tempfile.TemporaryDirectory() as at:
            worst = max(worst, check(name, pathlib.Path(at)))
    assert worst <= TINY


if __name__ == "__main__":
    main()

"""Writes golden cases of tiny decoders with random weights: the results of transformers for every config switch that rlhf reads.

    python tools/golden/models.py [--out src/test/resources/golden] [--only models/NAME reward/NAME ...]

Each case is a checkpoint folder as save_pretrained writes it, with case.json (values, what they mean, noise) and
expected.safetensors beside it. Weights are drawn so that nothing is neutral: norms are not 1, biases are not 0, so that a
tensor that is forgotten, or a switch that is read wrong, shows in the logits by far more than the tolerance; the script checks
that for each switch (`config_keys_that_matter`). Same seeds and same versions give the same files.
"""

import argparse
import copy
import json
import pathlib
import shutil
import sys
import zlib

import safetensors
import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSequenceClassification

from cases import MODELS, REWARDS

PINNED = {"torch": "2.7.1", "transformers": "4.57.6", "safetensors": "0.8.0"}
NEW_TOKENS = 24


def versions():
    found = {"torch": torch.__version__.split("+")[0], "transformers": transformers.__version__,
             "safetensors": safetensors.__version__}
    if found != PINNED:
        sys.exit(f"golden cases are made with {PINNED}, found {found}")
    return {"python": sys.version.split()[0], **found}


# ---------------------------------------------------------------- models


def config_of(case, **overrides):
    settings = {**case["config"], **overrides}
    return AutoConfig.for_model(case["type"], **copy.deepcopy(settings))


def randomised(case, model, seed):
    """Moves every parameter away from its neutral value."""
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in model.named_parameters():
            noise = torch.randn(p.shape, generator=g)
            if p.dim() >= 2:
                embedding = "embed" in name or "wte" in name or "wpe" in name
                # Gemma multiplies embeddings by sqrt(width); a tied head would then repeat its input forever
                scale = 0.2 if case["type"].startswith("gemma") else 0.6
                p.copy_(noise * (scale if embedding else 1.1 * p.shape[-1] ** -0.5))
            elif name.endswith("bias"):
                p.copy_(noise * 0.2)
            else:  # a norm; RMSNorms that multiply by 1 + w are stored around 0
                p.copy_(p.detach().round() + noise * 0.25)
    return model


def build(case, state, dtype=torch.float32, attention="eager", head="lm", **overrides):
    """Creates a new model, because some rotary classes of transformers remember earlier lengths."""
    auto = AutoModelForCausalLM if head == "lm" else AutoModelForSequenceClassification
    model = auto.from_config(config_of(case, **overrides), attn_implementation=attention)
    model.load_state_dict(state)
    return model.to(dtype).eval()


def initial(case, seed, head="lm"):
    auto = AutoModelForCausalLM if head == "lm" else AutoModelForSequenceClassification
    model = randomised(case, auto.from_config(config_of(case)), seed)
    model.to(getattr(torch, case.get("stored", "float32"))).to(torch.float32)
    return {k: v.clone() for k, v in model.state_dict().items()}


# ---------------------------------------------------------------- inputs


def ragged(g, lengths, vocab, pad, side):
    width = max(lengths)
    ids = torch.full((len(lengths), width), pad)
    mask = torch.zeros_like(ids)
    for row, n in enumerate(lengths):
        at = slice(0, n) if side == "right" else slice(width - n, width)
        ids[row, at] = torch.randint(0, vocab - 3, (n,), generator=g)
        mask[row, at] = 1
    return ids, mask


def moved_left(ids, mask, pad):
    left, left_mask = torch.full_like(ids, pad), torch.zeros_like(mask)
    for row in range(len(ids)):
        n = int(mask[row].sum())
        left[row, -n:], left_mask[row, -n:] = ids[row, :n], 1
    return left, left_mask


def positions(mask):
    return (mask.cumsum(-1) - 1).masked_fill(mask == 0, 1)


# ---------------------------------------------------------------- results


def logits_of(model, ids, mask):
    with torch.no_grad():
        out = model(input_ids=ids, attention_mask=mask, position_ids=positions(mask), use_cache=False).logits
    return out.float() * mask.unsqueeze(-1)


def loss_of(model, ids, mask, labels):
    logits = model(input_ids=ids, attention_mask=mask, position_ids=positions(mask), use_cache=False).logits
    return torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100)


def logits_by_row(model, ids, mask):
    """Computes right-padded rows without their padding: in float64 and under SDPA, padding that sees nothing gives NaN."""
    out = None
    for row, n in enumerate(mask.sum(-1).tolist()):
        each = logits_of(model, ids[row:row + 1, :n], mask[row:row + 1, :n])
        out = torch.zeros(*ids.shape, each.shape[-1], dtype=each.dtype) if out is None else out
        out[row, :n] = each[0]
    return out


def loss_by_row(model, ids, mask, labels):
    total = 0
    for row, n in enumerate(mask.sum(-1).tolist()):
        wanted = labels[row:row + 1, :n]
        each = loss_of(model, ids[row:row + 1, :n], mask[row:row + 1, :n], wanted)
        total = total + each * (wanted[:, 1:] != -100).sum()
    return total / (labels[:, 1:] != -100).sum()


def gradient_norms(model, loss):
    model.zero_grad()
    loss.backward()
    return {n: (0.0 if p.grad is None else p.grad.norm().item()) for n, p in model.named_parameters()}


TRAIN = {"lr": 1e-3, "weight_decay": 0.1, "betas": [0.9, 0.95], "eps": 1e-8, "max_norm": 1.0, "optimizer": "AdamW",
         "batch_order": [0, 1, 2, 3, 4, 0, 1, 2, 3, 4]}


def trajectory(model, loss_of, ids, mask, labels):
    params = list(model.parameters())
    optimizer = torch.optim.AdamW(
        [{"params": [p for p in params if p.dim() >= 2], "weight_decay": TRAIN["weight_decay"]},
         {"params": [p for p in params if p.dim() < 2], "weight_decay": 0.0}],
        lr=TRAIN["lr"], betas=TRAIN["betas"], eps=TRAIN["eps"])
    losses, norms = [], []
    for batch in TRAIN["batch_order"]:
        optimizer.zero_grad()
        loss = loss_of(model, ids[batch], mask[batch], labels[batch])
        loss.backward()
        losses.append(loss.item())
        norms.append(torch.nn.utils.clip_grad_norm_(params, TRAIN["max_norm"]).item())
        optimizer.step()
    with torch.no_grad():
        final = loss_of(model, ids[0], mask[0], labels[0]).item()
    return {"train_losses": losses, "train_grad_norms": norms, "train_final_loss": final}


def greedy(model, ids, mask, ends, pad, gaps=None):
    out = model.generate(input_ids=ids, attention_mask=mask, do_sample=False, max_new_tokens=NEW_TOKENS, eos_token_id=ends,
                         pad_token_id=pad, return_dict_in_generate=True, output_logits=True)
    new = out.sequences[:, ids.shape[1]:]
    if gaps is not None:
        for step in out.logits:
            best = step.topk(2, -1).values
            gaps.append((best[:, 0] - best[:, 1]).min().item())
    return new


def worst(a, b):
    if isinstance(a, dict):
        return max(worst(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return max(worst(x, y) for x, y in zip(a, b))
    if torch.is_tensor(a):
        return (a.double() - b.double()).abs().max().item()
    return abs(a - b)


# ---------------------------------------------------------------- one causal LM


ABOUT = {
    "pad_token_id": "fills padding here (it may equal an end token: never derive a mask from ids)",
    "logits_std": "spread of the logits",
    "loss": "mean cross-entropy over labels_right[:, 1:] that are not -100, logits_right[:, :-1]",
    "grad_norms": "L2 norm of d loss / d parameter, by parameter name (a tied head is not listed)",
    "config_keys_that_matter": "largest change of logits_right when the key is read wrong",
    "train_settings": "constant learning rate; weight decay on parameters of >= 2 dimensions only (embeddings too); "
                      "gradients clipped to max_norm over all parameters; dropout off",
    "train_losses": "loss of each step, before its update",
    "train_grad_norms": "global L2 gradient norm of each step, before clipping",
    "train_final_loss": "loss of batch 0 after the ten steps",
    "gen_max_new_tokens": "",
    "gen_eos_never": "end token of gen_greedy",
    "gen_eos": "end token of gen_greedy_eos",
    "gen_eos_list": "end tokens of gen_greedy_eos_list",
    "gen_min_top2_gap": "smallest distance between the two highest logits on the greedy paths",
}
WHAT = {
    "input_ids": "[B, T] ragged batch, {side}-padded", "attention_mask": "[B, T]",
    "position_ids": "[B, T] cumsum(mask)-1, and 1 at padding",
    "logits": "[B, T, V] logits; set to 0 at padding, where they mean nothing",
    "next_logprobs_right": "[B, T-1] log p(input_ids[t+1] | input_ids[..t]); 0 where token t+1 is padding",
    "labels_right": "[B, T] unshifted labels (the model shifts): -100 at padding and in the prompt",
    "train_input_ids": "[batches, B, T] input_ids of the training batches",
    "train_attention_mask": "[batches, B, T] attention_mask of the training batches",
    "train_labels": "[batches, B, T] labels of the training batches, unshifted, -100 = no loss",
    "gen_prompt_ids": "[3, P] prompts, left-padded", "gen_prompt_mask": "[3, P]",
    "gen_greedy": "[3, 24] new tokens; the end token (gen_eos_never) never comes",
    "gen_greedy_eos": "[3, N] new tokens with end token gen_eos; the end token is kept, pad_token_id after it; "
                      "N is where the last row stops",
    "gen_greedy_eos_list": "[3, N] the same with the list gen_eos_list: all rows end early",
}


def causal(case, seed):
    """The case's tensors, values and noise, or None if greedy paths of this seed depend on a rounding error."""
    g = torch.Generator().manual_seed(seed)
    state = initial(case, seed)
    vocab, pad = case["config"]["vocab_size"], case["config"]["pad_token_id"]
    never = case["config"]["eos_token_id"]
    prompt_ids, prompt_mask = ragged(g, case.get("prompts", [9, 6, 8]), vocab, pad, "left")
    gaps = []
    paths = greedy(build(case, state), prompt_ids, prompt_mask, never, pad, gaps)
    ends = stops(paths)
    if (paths == never).any() or min(gaps) < 2e-3 or ends is None:
        return None
    one, several = ends

    t = {}
    t["input_ids_right"], t["attention_mask_right"] = ragged(g, case.get("lengths", [15, 9, 12]), vocab, pad, "right")
    t["input_ids_left"], t["attention_mask_left"] = moved_left(t["input_ids_right"], t["attention_mask_right"], pad)
    for side in ("right", "left"):
        t[f"position_ids_{side}"] = positions(t[f"attention_mask_{side}"])
        t[f"logits_{side}"] = logits_of(build(case, state), t[f"input_ids_{side}"], t[f"attention_mask_{side}"])
    ids, mask = t["input_ids_right"], t["attention_mask_right"]
    chosen = torch.log_softmax(t["logits_right"][:, :-1], -1).gather(-1, ids[:, 1:, None])[..., 0]
    t["next_logprobs_right"] = chosen * mask[:, 1:]
    t["labels_right"] = ids.masked_fill(mask == 0, -100)
    t["labels_right"][:, :3] = -100

    batches = [ragged(g, case.get("train_lengths", [14, 8, 11, 13]), vocab, pad, "right") for _ in range(5)]
    t["train_input_ids"] = torch.stack([b[0] for b in batches])
    t["train_attention_mask"] = torch.stack([b[1] for b in batches])
    t["train_labels"] = t["train_input_ids"].masked_fill(t["train_attention_mask"] == 0, -100)
    t["train_labels"][:, 1::2, :4] = -100

    t["gen_prompt_ids"], t["gen_prompt_mask"], t["gen_greedy"] = prompt_ids, prompt_mask, paths
    t["gen_greedy_eos"] = greedy(build(case, state), prompt_ids, prompt_mask, one, pad)
    t["gen_greedy_eos_list"] = greedy(build(case, state), prompt_ids, prompt_mask, several, pad)

    def everything(dtype, attention, logits, loss, **overrides):
        def fresh():
            return build(case, state, dtype, attention, **overrides)

        model = fresh()
        right = loss(model, ids, mask, t["labels_right"])
        return {"logits": logits(fresh(), ids, mask), "loss": right.item(), "grad_norms": gradient_norms(model, right),
                **trajectory(fresh(), loss, t["train_input_ids"], t["train_attention_mask"], t["train_labels"])}

    plain = everything(torch.float32, "eager", logits_of, loss_of)
    others = [everything(torch.float64, "eager", logits_by_row, loss_by_row, **case.get("float64", {}))]
    if case.get("sdpa", True):
        others.append(everything(torch.float32, "sdpa", logits_by_row, loss_by_row))
    matter = {}
    for key, wrong in case.get("matters", {}).items():
        wrong = wrong if isinstance(wrong, dict) else {key: wrong}
        changed = logits_of(build(case, state, **wrong), ids, mask)
        matter[key] = round(worst(changed, t["logits_right"]), 5)
        assert matter[key] > 1e-3, f"{key} does not show: {matter[key]}"
    values = {
        "pad_token_id": pad, "logits_std": t["logits_right"][mask == 1].std().item(), "loss": plain["loss"],
        "grad_norms": plain["grad_norms"], "config_keys_that_matter": matter, "train_settings": TRAIN,
        **{k: plain[k] for k in ("train_losses", "train_grad_norms", "train_final_loss")},
        "gen_max_new_tokens": NEW_TOKENS, "gen_eos_never": never, "gen_eos": one, "gen_eos_list": several,
        "gen_min_top2_gap": min(gaps)}
    noise = {k if k != "grad_norms" else "grad_norms_absolute": float(f"{max(worst(plain[k], o[k]) for o in others):.3g}")
             for k in plain}
    assert all(0 < n < 1e-4 for n in noise.values()), noise
    return state, t, values, noise


def stops(paths):
    """An end token that occurs in some row, and a list that ends all rows early; None if there are none in these paths."""
    rows = [row.tolist() for row in paths]
    one = next((tok for tok in rows[0][8:16] if any(tok not in r for r in rows[1:]) and rows[0].index(tok) >= 4), None)
    if one is None:
        return None
    several = {one}
    for row in rows:
        if not several & set(row[:20]):
            several.add(row[12])
    return one, sorted(several)


# ---------------------------------------------------------------- one reward model


REWARD_ABOUT = {
    "rows_transformers_gets_wrong": "rows that end in the end token == pad token",
    "pair_loss": "-mean log sigmoid(chosen - rejected), chosen = first half of the rows, rejected = second half, row by row",
    "pair_accuracy": "share of pairs with chosen > rejected", "pair_margin": "mean chosen - rejected",
    "grad_norms": "L2 norm of d pair_loss / d parameter"}
REWARD_WHAT = {
    "input_ids": "[B, T] right-padded with the end token", "attention_mask": "[B, T] the only way to know where a row ends",
    "scores": "[B] score at the last real token of each row",
    "scores_every_position": "[B, T] the head at every position; 0 at padding",
    "scores_transformers_batched": "[B] NOT what is wanted: transformers' own batched pooling takes the last token that "
                                   "differs from pad_token_id"}


def reward(case, seed):
    g = torch.Generator().manual_seed(seed)
    state = initial(case, seed, "score")
    end = case["config"]["eos_token_id"]
    ids, mask = ragged(g, [13, 7, 10, 5, 12, 9], case["config"]["vocab_size"], end, "right")
    for row in (0, 2, 4):
        ids[row, int(mask[row].sum()) - 1] = end

    def row_scores(model):
        scores, every = [], torch.zeros(ids.shape, dtype=model.score.weight.dtype)
        for row in range(len(ids)):
            n = int(mask[row].sum())
            hidden = getattr(model, model.base_model_prefix)(input_ids=ids[row:row + 1, :n]).last_hidden_state
            each = model.score(hidden)[0, :, 0]
            every[row, :n] = each.detach()
            scores.append(each[-1])
        return torch.stack(scores), every

    def everything(dtype, attention):
        model = build(case, state, dtype, attention, "score")
        scores, every = row_scores(model)
        gap = scores[:3] - scores[3:]
        loss = -torch.nn.functional.logsigmoid(gap).mean()
        return {"scores": scores.detach(), "scores_every_position": every, "pair_loss": loss.item(),
                "pair_accuracy": (gap > 0).double().mean().item(), "pair_margin": gap.mean().item(),
                "grad_norms": gradient_norms(model, loss)}

    plain = everything(torch.float32, "eager")
    others = [everything(torch.float64, "eager")]
    if case.get("sdpa", True):
        others.append(everything(torch.float32, "sdpa"))
    if not 0 < plain["pair_accuracy"] < 1:
        return None
    with torch.no_grad():
        batched = build(case, state, head="score")(input_ids=ids, attention_mask=mask).logits[:, 0]
    wrong = [r for r in range(len(ids)) if abs(batched[r] - plain["scores"][r]) > 1e-3]
    tensors = {"input_ids": ids, "attention_mask": mask, "scores": plain["scores"],
               "scores_every_position": plain["scores_every_position"], "scores_transformers_batched": batched}
    values = {"rows_transformers_gets_wrong": wrong,
              **{k: plain[k] for k in ("pair_loss", "pair_accuracy", "pair_margin", "grad_norms")}}
    noise = {"scores": float(f"{max(worst(plain['scores'], o['scores']) for o in others):.3g}")}
    return state, tensors, values, noise


# ---------------------------------------------------------------- files


def save_checkpoint(case, state, folder, head):
    model = build(case, state, head=head).to(getattr(torch, case.get("stored", "float32")))
    model.config.dtype = model.dtype
    model.save_pretrained(folder, max_shard_size=case.get("max_shard_size", "5GB"))
    drop = case.get("config_without", [])
    if drop:  # configs on the hub are often older than the key
        path = folder / "config.json"
        config = {k: v for k, v in json.loads(path.read_text()).items() if k not in drop}
        path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def check_reload(folder, head, tensors):
    """Checks that transformers loads the folder without missing weights and computes the recorded results."""
    auto = AutoModelForCausalLM if head == "lm" else AutoModelForSequenceClassification
    model, info = auto.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    assert not any(info[k] for k in ("missing_keys", "unexpected_keys", "mismatched_keys")), info
    if head == "lm":
        again = logits_of(model.eval(), tensors["input_ids_right"], tensors["attention_mask_right"])
        assert worst(again, tensors["logits_right"]) < 1e-6, (folder, worst(again, tensors["logits_right"]))


def formatted(value, depth=0):
    """Formats JSON, with everything that fits on one line on one line."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + depth < 118 or not isinstance(value, (dict, list)) or isinstance(value, list):
        return line
    pad = " " * (depth + 1)
    inner = ",\n".join(f"{pad}{json.dumps(k)}: {formatted(v, depth + 1)}" for k, v in value.items())
    return "{\n" + inner + "\n" + " " * depth + "}"


def write(out, name, case, head, found):
    seed, (state, tensors, values, noise) = found
    folder = out / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    save_checkpoint(case, state, folder, head)
    check_reload(folder, head, tensors)
    save_file({k: v.contiguous() for k, v in tensors.items()}, folder / "expected.safetensors")
    about, what = (ABOUT, WHAT) if head == "lm" else (REWARD_ABOUT, REWARD_WHAT)
    described = {}
    for key, tensor in tensors.items():
        base, _, side = key.rpartition("_")
        text = what.get(key) or what[base].format(side=side)
        described[key] = {"dtype": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape), "what": text}
    reference = f"transformers {case['type']} causal LM, eager attention, float32" if head == "lm" else \
        "transformers AutoModelForSequenceClassification(num_labels=1), row by row without padding"
    (folder / "case.json").write_text(formatted({
        "case": name, "set": "tools/golden", "family": "core", "what": case["what"], "reference": reference,
        "versions": versions(), "seed": seed, "checkpoint": ".", "storage": case.get("stored", "plain"), "values": values,
        "about": {k: about[k] for k in values}, "noise": noise, "tensors": described}) + "\n")
    size = sum(f.stat().st_size for f in folder.iterdir())
    print(f"{name}: seed {seed}, {size / 1e3:.0f} kB, noise {noise}, {values.get('config_keys_that_matter', '')}", flush=True)
    return size


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--out", type=pathlib.Path, default=pathlib.Path("src/test/resources/golden"))
    args.add_argument("--only", nargs="*")
    args = args.parse_args()
    versions()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    total = 0
    for prefix, cases, make, head in (("models", MODELS, causal, "lm"), ("reward", REWARDS, reward, "score")):
        for name, case in cases.items():
            if args.only and f"{prefix}/{name}" not in args.only:
                continue
            first = zlib.crc32(f"{prefix}/{name}".encode())
            tried = ((seed, make(case, seed)) for seed in range(first, first + 100))
            total += write(args.out, f"{prefix}/{name}", case, head, next(t for t in tried if t[1] is not None))
    print(f"{total / 1e6:.1f} MB")


if __name__ == "__main__":
    main()

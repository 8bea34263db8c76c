"""Writes golden/quantized: matrices and what bitsandbytes makes of them in 4 bits (NF4, blocks of 64, double quantisation) and in 8
bits (a scale per row), dequantised; and steps of its AdamW with moments in 8 bits.

    python tools/golden/quantized.py src/test/resources/golden/quantized

The matrices cover several blocks of scales, and a last block that is not full. Needs bitsandbytes 0.50.2; its CPU code is enough.
Other widths that are no multiple of 64 are left out: bitsandbytes quantises blocks that cross rows, but its CPU code dequantises each
row by itself, with other scales. AdamW's step is bitsandbytes' own, with moments quantised by its reference code, which takes the
closest number: its CPU code for float32 looks numbers up in a coarse table and is several codes off for small second moments.
"""

import json
import pathlib
import sys

import bitsandbytes
import torch
from bitsandbytes import functional
from bitsandbytes.backends.cpu import ops
from safetensors.torch import save_file

SHAPES = {"square": (64, 64), "two_blocks_of_scales": (136, 128), "last_block_not_full": (5, 38)}
SEED = 3
STEPS = 6
ADAMW = {"lr": 1e-2, "betas": [0.9, 0.99], "eps": 1e-8, "weight_decay": 0.1}


def eight_bits(w):
    codes, most, _ = functional.int8_vectorwise_quant(w)
    return functional.int8_vectorwise_dequant(codes, most)


def four_bits(w):
    codes, state = functional.quantize_4bit(w, blocksize=64, compress_statistics=True, quant_type="nf4")
    return functional.dequantize_4bit(codes, state)


def quantize_closest(values, code, scales, codes, blocksize):
    """bitsandbytes takes its reference code for float64."""
    found, most = torch.ops.bitsandbytes.quantize_blockwise(values.double(), code, blocksize)
    codes.copy_(found)
    scales.copy_(most)


def adamw():
    """A matrix of several blocks, the last not full, and a vector, whose moments stay in fp32; weights after each step."""
    w = torch.nn.Parameter(torch.randn(40, 130))
    small = torch.nn.Parameter(torch.randn(300))
    tensors = {"adamw.w.initial": w.detach().clone(), "adamw.small.initial": small.detach().clone()}
    ops._quant_blockwise_fp32_direct = quantize_closest
    optimizer = bitsandbytes.optim.AdamW([w, small], optim_bits=8, **ADAMW)
    grads, weights = {"w": [], "small": []}, {"w": [], "small": []}
    for _ in range(STEPS):
        for name, parameter in (("w", w), ("small", small)):
            parameter.grad = torch.randn(parameter.shape) * torch.rand(parameter.shape[0], *[1] * (parameter.dim() - 1)) * 0.1
            grads[name].append(parameter.grad.clone())
        optimizer.step()
        for name, parameter in (("w", w), ("small", small)):
            weights[name].append(parameter.detach().clone())
    for name in ("w", "small"):
        tensors |= {f"adamw.{name}.grads": torch.stack(grads[name]), f"adamw.{name}.weights": torch.stack(weights[name])}
    state = optimizer.state[w]
    assert state["state1"].dtype == torch.uint8 and optimizer.state[small]["state1"].dtype == torch.float32
    for moment, key in (("exp_avg", "1"), ("exp_avg_sq", "2")):
        tensors[f"adamw.w.{moment}"] = functional.dequantize_blockwise(
            state["state" + key], absmax=state["absmax" + key], code=state["qmap" + key], blocksize=256)
    return tensors


def main(out):
    torch.manual_seed(SEED)
    tensors = {}
    for name, shape in SHAPES.items():
        w = torch.randn(shape) * torch.rand(shape[0], 1)
        tensors |= {f"{name}.w": w, f"{name}.nf4": four_bits(w.clone()), f"{name}.int8": eight_bits(w.clone())}
    tensors["dynamic_map"] = functional.create_dynamic_map()
    tensors["unsigned_map"] = functional.create_dynamic_map(signed=False)
    tensors |= adamw()
    out.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, str(out / "expected.safetensors"))
    case = {"what": "matrices quantised and dequantised by bitsandbytes", "seed": SEED, "matrices": list(SHAPES),
            "values": {"steps": STEPS, "adamw": ADAMW},
            "versions": {"torch": torch.__version__, "bitsandbytes": bitsandbytes.__version__}}
    (out / "case.json").write_text(json.dumps(case, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))

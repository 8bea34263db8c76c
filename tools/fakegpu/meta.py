#!/usr/bin/env python3
"""Runs the TorchScript kernels on torch's meta device, which is not the CPU and computes nothing: a kernel that makes a tensor on the
CPU and mixes it with its arguments, or returns it, fails as it would on a GPU. Needs Python's torch 2.7.1, of any build: libtorch
alone lacks index_select and others for this device, so this cannot be a test in Java. Pointwise operations are checked; a matrix
product of two devices is only noticed on the fake CUDA device.

  meta.py        prints what fails; exit code 1 if anything does
"""
import io
import re
import sys
import zipfile
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parent.parent.parent / "src/main"
FOLDER = ROOT / "resources/dev/rlhf/tensor/kernels"
FP32, BF16 = 6, 15
B, T, D, HEADS, GROUPS, E, INNER, V, LAYERS, BLOCK, BLOCKS = 2, 8, 32, 4, 2, 8, 48, 64, 2, 32, 5
failures = []


def load(device):
    """The module that Kernels.java makes for a device without oneDNN."""
    java = (ROOT / "java/dev/rlhf/tensor/Kernels.java").read_text()
    files = re.findall(r'"(\w+)"', re.search(r"FILES = List\.of\((.*?)\);", java, re.S).group(1))
    text = "\n".join((FOLDER / f"{name}.torchscript").read_text() for name in [*files, "no_onednn", device])
    code = "class Kernels(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n" + text
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as z:
        z.writestr("kernels/data.pkl", b"\x80\x02c__torch__\nKernels\n)\x81}(X\x08\x00\x00\x00training\x88ub.")
        z.writestr("kernels/code/__torch__.py", code.replace("(self, ", "(self: __torch__.Kernels, "))
        z.writestr("kernels/constants.pkl", b"\x80\x02).")
        z.writestr("kernels/version", "10\n")
    archive.seek(0)
    return torch.jit.load(archive)


def floats(*shape, dtype=torch.float32):
    return torch.empty(shape, dtype=dtype, device="meta")


def longs(*shape):
    return floats(*shape, dtype=torch.int64)


def tensors(value):
    if isinstance(value, torch.Tensor):
        return [value]
    return [t for v in value for t in tensors(v)] if isinstance(value, (list, tuple)) else []


def run(kernels, name, *arguments):
    try:
        elsewhere = {t.device.type for t in tensors(getattr(kernels, name)(*arguments))} - {"meta"}
        if elsewhere:
            failures.append(f"{name}: a result on {elsewhere}")
    except (RuntimeError, NotImplementedError) as e:
        lines = str(e).strip().splitlines()
        failures.append(f"{name}: {next((line for line in lines if 'device' in line.lower() and 'Error' in line), lines[-1])[:300]}")


def dense(out, width, dtype):
    return [floats(out, width, dtype=dtype), floats(0), floats(0), floats(0)]


def llama(stored, dtype, head_norms):
    w = [floats(V, D, dtype=stored), floats(D, dtype=stored), floats(2, 1, dtype=dtype)]
    for _ in range(LAYERS):
        w += [floats(D, dtype=stored), floats(E if head_norms else 0), floats(E if head_norms else 0), floats(0)]
        w += [t for out, width in ((HEADS * E, D), (GROUPS * E, D), (GROUPS * E, D), (D, HEADS * E)) for t in dense(out, width, stored)]
        w += [floats(D, dtype=stored), floats(0)]
        w += [t for out, width in ((INNER, D), (INNER, D), (D, INNER)) for t in dense(out, width, stored)]
    return w


def quantized(w, quantize):
    """The list with its linear layers quantised, as Weights.java makes it."""
    codes, beside = list(w), [floats(0)] * len(w)
    for i, tensor in enumerate(w[3:], 3):
        if tensor.dim() == 2:
            codes[i], beside[i], beside[i + 1] = quantize(tensor)
    return [*codes, *beside, floats(0), floats(0)]


def rotary(kernels, ids, positions, mask, place, w, dtype, kind=0, cap=0.0, window=0, cache=(), only=(), dropout=0.0):
    run(kernels, "rotary", ids, positions, list(mask), list(place), w, -1, dtype, 1.0, HEADS, GROUPS, kind, 1e-5, 0.35, cap, 0,
        [floats(E // 2)], [1.0], [0] * LAYERS, [window], [0] * LAYERS, list(cache), list(only), dropout, dropout)


def bodies(kernels, gpu):
    for number, dtype in ((FP32, torch.float32), (BF16, torch.bfloat16)):
        for kind in range(3):
            for cap in (0.0, 30.0):
                for gradients in (False, True):
                    with torch.set_grad_enabled(gradients):
                        w = llama(torch.float32, dtype, kind > 0)
                        rotary(kernels, longs(B, T), longs(B, T), [], [], w, number, kind, cap, dropout=0.1 if gradients else 0.0)
                        rotary(kernels, longs(B, T), longs(B, T), [], [], w, number, kind, cap, 4, only=[longs(3)])
        for cap, window in ((0.0, 0), (0.0, 4), (30.0, 4)):
            for gradients in (False, True):
                with torch.set_grad_enabled(gradients):
                    packed = kernels.packed_mask([5, 1, T - 6], longs(1))
                    w = llama(torch.float32, dtype, False)
                    rotary(kernels, longs(1, T), longs(1, T), packed, [], w, number, 0, cap, window, only=[longs(3)])
        for four in (False, True):
            def quantize(tensor):
                return kernels.quantize_nf4(tensor, floats(16), floats(256)) if four else kernels.quantize_int8(tensor)
            small = quantized(llama(torch.float32, dtype, False), quantize)
            for gradients in (False, True):
                with torch.set_grad_enabled(gradients):
                    rotary(kernels, longs(B, T), longs(B, T), [], [], small, number)
            run(kernels, "dequantized", *quantize(floats(5, 38)), number)
        w = llama(dtype, dtype, False)
        cache = []
        for _ in range(LAYERS):
            if gpu:
                cache.append(floats(BLOCKS * BLOCK, 2 * GROUPS * E, dtype=dtype))
            else:
                keys = floats(BLOCKS * GROUPS * E, BLOCK)
                cache += [keys, keys.reshape(-1), floats(BLOCKS * GROUPS * BLOCK, E, dtype=dtype)]
        with torch.no_grad():
            place = [longs(B * T)] if gpu else [longs(B, T), longs(B, T), longs(B, T)]
            rotary(kernels, longs(B, T), longs(B, T), [], place, w, number, cache=cache, only=[longs(B)])
            pages = kernels.step_rows(longs(B, 2), BLOCK, number) if gpu else kernels.step_pages(longs(B, 2), HEADS, GROUPS, E, BLOCK)
            ids = longs(B) if gpu else longs(4, B)
            for cap in (0.0, 30.0):
                rotary(kernels, ids, longs(3, B) if gpu else ids, [], pages, w, number, 0, cap, 4, cache)
            run(kernels, "copy_blocks", cache, BLOCKS, longs(2), longs(2))


def draws(kernels):
    for v in (64, 200_000):
        logits = floats(2, v, dtype=torch.bfloat16)
        run(kernels, "sample", logits, [], 0.0, 0, 1.0, 0.0, [1, 2])
        run(kernels, "sample", logits, [], 0.7, 5, 1.0, 0.1, [1, 2])
        run(kernels, "sample_at", logits, [floats(2, v)], 0.7, 5, 1.0, 0.1, longs(2))
    run(kernels, "tokens_of", floats(2, 2))
    run(kernels, "process_logits", floats(2, V), longs(3), floats(3), 1.1, 0.1, 0.1, longs(2))
    run(kernels, "logprobs_of", floats(7, V), longs(7), 0.7)
    moment = [floats(3, 256, dtype=torch.uint8), floats(3, 1), floats(256)]
    run(kernels, "adamw_8bit", floats(20, 35), floats(20, 35), moment, moment, floats(), 1e-3, 0.9, 0.99, 0.1, 1e-8, True, True)
    run(kernels, "cross_entropy_sum", floats(7, D), floats(V, D), 0.0, longs(7), True)


def main():
    torch._C._jit_set_profiling_executor(False)
    torch._C._get_graph_executor_optimize(False)
    for device in ("cpu", "gpu"):
        kernels = load(device)
        bodies(kernels, device == "gpu")
        draws(kernels)
    found = len(failures)
    run(kernels, "rotate", floats(B, HEADS, T, E), [torch.empty(B, 1, T, E)] * 2)  # on purpose: angles on the CPU
    if len(failures) == found:
        failures.append("angles on the CPU were not noticed")
    else:
        failures.pop()
    print("\n".join(dict.fromkeys(failures)) or "meta: no kernel mixes devices")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()

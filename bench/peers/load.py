"""Loads a checkpoint and runs it: parameters per second, and parameters per byte of memory.

One load per process, because peak memory is measured per process. The file is
read once before, so that both sides find it in the page cache. "to_logits" is
load and first forward pass, which reads mapped weights. "from_start" counts
from the start of the process, without that first read.
"""

import os
import pathlib
import time

import torch
from transformers import AutoModelForCausalLM

import common


def peak_bytes():
    with open("/proc/self/status", encoding="ascii") as file:
        line = next(line for line in file if line.startswith("VmHWM:"))
    return int(line.split()[1]) << 10


def seconds_since_start():
    with open("/proc/self/stat", encoding="ascii") as file:
        ticks = int(file.read().rpartition(")")[2].split()[19])
    born = ticks / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(time.CLOCK_BOOTTIME) - born


def warm(folder):
    for path in pathlib.Path(folder).glob("*.safetensors"):
        with open(path, "rb") as file:
            while file.read(1 << 24):
                pass


def main():
    p = common.parser(__doc__)
    p.add_argument("--tokens", type=int, default=16)
    args = common.parse(p)

    started = seconds_since_start()
    warm(args.model)
    before = peak_bytes()
    start = common.now(args.device)
    model = common.load(AutoModelForCausalLM, args).eval()
    loaded = common.now(args.device) - start
    peak_loaded = peak_bytes()
    ids = torch.arange(args.tokens, device=args.device).unsqueeze(0)
    with torch.inference_mode():
        logits = model(ids, use_cache=False).logits.float()
        first = float(logits[0, -1].max())
    answered = common.now(args.device) - start
    peak_answered = peak_bytes()
    count = model.num_parameters()
    common.report(
        "load", args, [loaded],
        parameters_per_second=count / loaded,
        parameters_per_second_to_logits=count / answered,
        parameters_per_second_from_start_to_logits=count / (started + answered),
        parameters_per_peak_byte=count / peak_loaded,
        parameters_per_peak_byte_to_logits=count / peak_answered,
        load_seconds=loaded, load_seconds_to_logits=answered,
        seconds_from_start_to_logits=started + answered,
        peak_mib_before=before >> 20, peak_mib_loaded=peak_loaded >> 20,
        peak_mib_to_logits=peak_answered >> 20, largest_logit=first)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Compares our side with its peers on the same model, data, flags, settings and machine, in turns, one process at a time.

    bench/run.py --peer-python VENV/bin/python --text data/tinyshakespeare/input.txt

Our side is bench/ours.py, which builds the program first. Both sides print one JSON line with the metrics of their job.
Prints a table of ratios (above 1: ours is faster) and saves every line. Needs only the standard library.
"""

import argparse
import datetime
import json
import math
import os
import pathlib
import platform
import shlex
import statistics
import subprocess
import sys
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
BUSY = 0.2  # results are marked if other processes used more cores than this


@dataclass(frozen=True)
class Job:
    """A job of both sides. All its metrics are rates: more is better."""
    name: str
    script: str
    metrics: tuple
    model: str | None = "lm"
    flags: tuple = ()  # for both sides
    peer_flags: tuple = ()  # for the peer only
    quality: tuple = ()  # shown without a ratio
    stored: str | None = "float32"  # dtype of the stored checkpoint; None: that of --dtype


GENERATED = tuple(f"tokens_per_second_batch_{n}" for n in (64, 16, 1))
RAGGED = tuple(f"ragged_useful_tokens_per_second_batch_{n}" for n in (64, 16))
LOADED = ("parameters_per_second", "parameters_per_second_to_logits", "parameters_per_second_from_start_to_logits",
          "parameters_per_peak_byte", "parameters_per_peak_byte_to_logits")
LOAD_SHOWN = ("load_seconds", "load_seconds_to_logits", "seconds_from_start_to_logits", "peak_mib_before", "peak_mib_loaded",
              "peak_mib_to_logits", "largest_logit")
JOBS = (
    Job("sft", "sft.py", ("tokens_per_second",), peer_flags=("--trainer", "torch")),
    Job("sft-trl", "sft.py", ("tokens_per_second",), peer_flags=("--trainer", "trl")),
    Job("generate", "generate.py", GENERATED + RAGGED),
    Job("score", "score.py", ("sequences_per_second", "sequences_per_second_given_order"), model="score"),
    Job("reward", "reward.py", ("pairs_per_second",), model="score", peer_flags=("--trainer", "torch")),
    Job("reward-trl", "reward.py", ("pairs_per_second",), model="score", peer_flags=("--trainer", "trl")),
    Job("ppo", "ppo.py", ("episodes_per_second",), quality=("generation_share",)),
    Job("char", "nanogpt_char.py", ("iterations_per_second",), model=None, quality=("val_loss", "val_loss_whole_split")),
    Job("load", "load.py", LOADED, stored=None, quality=LOAD_SHOWN),
    Job("load-bf16", "load.py", LOADED, stored="bfloat16", quality=LOAD_SHOWN),
)


class Failed(Exception):
    """Raised if a side does not print its line."""


def arguments(argv=None):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--peer-python", default=os.environ.get("PEER_PYTHON", sys.executable), metavar="FILE",
                   help="Python with bench/peers/README.md's packages (default: $PEER_PYTHON, else this one)")
    p.add_argument("--ours", default=shlex.join([sys.executable, str(HERE / "ours.py")]), metavar="COMMAND",
                   help="another build of our side, started as COMMAND JOB --text FILE … (default: bench/ours.py)")
    p.add_argument("--only", choices=("ours", "peer"), help="one side alone, without ratios")
    p.add_argument("--text", required=True, metavar="FILE", help="UTF-8 text the input is cut from")
    p.add_argument("--models", default="runs/bench/models", metavar="DIR", help="created if missing (default: %(default)s)")
    p.add_argument("--arch", choices=("gpt2", "llama"), default="gpt2")
    p.add_argument("--size", choices=("bench", "s160m", "s1b"), default="bench")
    p.add_argument("--jobs", default=",".join(job.name for job in JOBS), help="comma-separated (default: %(default)s)")
    p.add_argument("--rounds", type=int, default=3, help="runs of each side (default: %(default)s)")
    p.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    p.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    p.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    p.add_argument("--flag", action="append", default=[], metavar="JOB:FLAGS",
                   help='more flags for both sides, as in --flag "ppo:--updates 1"')
    p.add_argument("--timeout", type=float, default=3600, help="seconds for one process (default: %(default)s)")
    p.add_argument("--out", default="runs/bench/results.json", metavar="FILE")
    args = p.parse_args(argv)
    names = {job.name for job in JOBS}
    for name in args.jobs.split(",") + [flag.partition(":")[0] for flag in args.flag]:
        if name not in names:
            p.error(f"no job {name!r}; there are {', '.join(sorted(names))}")
    return args


def environment(threads):
    """Returns the environment of both sides: the allocator keeps large tensors, OpenMP spins for 1 ms (./rlhf: 20 µs)."""
    fixed = {"MALLOC_MMAP_THRESHOLD_": "4000000000", "MALLOC_TRIM_THRESHOLD_": "16000000000",
             "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0",
             "GOMP_SPINCOUNT": os.environ.get("GOMP_SPINCOUNT", "100000"), "OMP_NUM_THREADS": str(threads)}
    return fixed | {"OMP_WAIT_POLICY": os.environ.get("OMP_WAIT_POLICY", "passive")}


def json_line(output):
    """Returns the last line of standard output that is a JSON object; a launcher may print before it."""
    for line in reversed(output.splitlines()):
        if line.startswith("{"):
            try:
                return json.loads(line)
            except json.JSONDecodeError:
                continue
    raise Failed("printed no JSON line")


def execute(command, settings, timeout):
    print("$", shlex.join(command), file=sys.stderr, flush=True)
    try:
        done = subprocess.run(command, env=os.environ | settings, timeout=timeout,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    except OSError as error:
        raise Failed(f"cannot be started: {error}") from error
    except subprocess.TimeoutExpired as error:
        raise Failed(f"took more than {timeout:.0f} s; --timeout allows more") from error
    if done.returncode:
        tail = "\n".join(done.stderr.splitlines()[-15:])
        raise Failed(f"exit code {done.returncode}\n{tail}")
    return done.stdout


def model_folder(args, head, settings, dtype):
    """Returns a checkpoint with random weights, the same for both sides; creates it once."""
    name = f"{args.arch}-{args.size}-{head}"
    folder = pathlib.Path(args.models) / (name if dtype == "float32" else f"{name}-{dtype}")
    if not (folder / "config.json").exists():
        execute([args.peer_python, str(HERE / "peers/make_model.py"), "--arch", args.arch, "--size", args.size,
                 "--head", head, "--dtype", dtype, "--text", args.text, "--out", str(folder)], settings, args.timeout)
    return folder


def commands(args, job, settings):
    """Returns (side, command) of each side that takes part."""
    common = ["--text", args.text, "--device", args.device, "--dtype", args.dtype, "--threads", str(args.threads)]
    if job.model:
        common += ["--model", str(model_folder(args, job.model, settings, job.stored or args.dtype))]
    common += job.flags
    for flag in args.flag:
        name, _, more = flag.partition(":")
        common += shlex.split(more) if name == job.name else []
    peer = [args.peer_python, str(HERE / "peers" / job.script), *common, *job.peer_flags]
    ours = [*shlex.split(args.ours), job.name.partition("-")[0], *common]
    return [side for side in (("peer", peer), ("ours", ours)) if args.only in (None, side[0])]


def rows_of(job, lines):
    """Returns a row per metric: the medians of both sides and the ratio of each round."""
    for name in job.metrics:
        sides = {side: [line[name] for line in all_lines] for side, all_lines in lines.items()}
        ratios = [ours / peer for ours, peer in zip(sides["ours"], sides["peer"])]
        yield {"job": job.name, "metric": name,
               "peer": statistics.median(sides["peer"]) if sides["peer"] else None,
               "ours": statistics.median(sides["ours"]) if sides["ours"] else None,
               "ratio": statistics.median(ratios) if ratios else None,
               "ratios": ratios,
               "disturbed": any(line.get("cores_used_by_others", 0) > BUSY
                                for all_lines in lines.values() for line in all_lines)}


def table(rows):
    """Returns the rows as aligned text."""
    def number(value):
        return "–" if value is None else f"{value:,.1f}" if value >= 10 else f"{value:.3f}"

    cells = [("job", "metric", "peer", "ours", "ratio", "from … to", "")]
    for row in rows:
        spread = f"{min(row['ratios']):.2f} … {max(row['ratios']):.2f}" if row["ratios"] else "–"
        notes = ["slower"] if row["ratio"] is not None and row["ratio"] < 1 else []
        notes += ["machine was busy"] if row["disturbed"] else []
        ratio = "–" if row["ratio"] is None else f"{row['ratio']:.2f}"
        cells.append((row["job"], row["metric"], number(row["peer"]), number(row["ours"]), ratio, spread, ", ".join(notes)))
    widths = [max(len(row[c]) for row in cells) for c in range(7)]
    aligned = [[cell.ljust(w) if c in (0, 1, 6) else cell.rjust(w) for c, (cell, w) in enumerate(zip(row, widths))]
               for row in cells]
    return "\n".join("  ".join(row).rstrip() for row in aligned)


def machine():
    model = platform.processor() or platform.machine()
    try:
        cpuinfo = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
        model = next(line.split(":", 1)[1].strip() for line in cpuinfo.splitlines() if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return {"processor": model, "cores": len(os.sched_getaffinity(0)), "system": platform.platform()}


def main(argv=None):
    args = arguments(argv)
    settings = environment(args.threads)
    wanted = args.jobs.split(",")
    result = {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
              "machine": machine(), "settings": settings, "arguments": vars(args), "rows": [], "lines": []}
    failures = 0
    out = pathlib.Path(args.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    for job in (job for job in JOBS if job.name in wanted):
        side = "peer"
        lines = {"peer": [], "ours": []}
        try:
            sides = commands(args, job, settings)
            for turn in range(args.rounds):
                # The sides alternate in who goes first, so that slow drift of the machine affects both.
                for side, command in sides if turn % 2 == 0 else reversed(sides):
                    line = json_line(execute(command, settings, args.timeout))
                    lines[side].append(line)
                    result["lines"].append({"side": side, "round": turn} | line)
            rows = list(rows_of(job, lines))
        except (Failed, KeyError) as error:
            failures += 1
            what = f"its line lacks {error}" if isinstance(error, KeyError) else error
            print(f"{job.name}, {side}: {what}", file=sys.stderr)
            continue
        result["rows"] += rows
        for name in job.quality:
            for side in (side for side in lines if lines[side]):
                print(f"{job.name}: {name} {side} {statistics.median(line.get(name, math.nan) for line in lines[side]):.4f}")
        out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")  # saved after each round, because a run takes long
    print(table(result["rows"]))
    print(f"{out}: every line of both sides")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

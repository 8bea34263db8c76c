#!/usr/bin/env python3
"""Measures the gain of threads and the cost of spinning beside other load: bench/threads.py [--quick]

Runs generation, SFT and PPO of a small and of a larger model with one OpenMP thread and with all of them under three ways of
waiting, on a quiet machine and beside one and two busy loops that it starts and ends itself. The settings take turns under each
load, one process at a time. Prints a Markdown table and writes every line that came back. Needs a machine without other load:
a column during which others kept more than a fifth of a core busy is marked.
"""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import run

HOME = run.HERE.parent
BUSY_LOOP = """
import os
parent = os.getppid()
while os.getppid() == parent:  # ends with its parent
    for _ in range(1000000):
        pass
"""
METRICS = {"generation": "generation_tokens_per_second", "SFT": "sft_tokens_per_second", "PPO": "ppo_episodes_per_second"}
UNITS = {"generation": "tokens/s", "SFT": "tokens/s", "PPO": "episodes/s"}
MODELS = {
    "4 × 192, vocabulary 2,048 (the quickstart's)": ("threads-4x192", "--layers 4 --width 192 --vocab 2048"),
    "8 × 512, vocabulary 4,096": ("threads-8x512", "--layers 8 --width 512 --vocab 4096 --sft-batch 4 --ppo-episodes 8"),
}


def settings_of(threads):
    """Returns the environment of each setting by name."""
    many = {"OMP_NUM_THREADS": str(threads)}
    return {
        "1 thread": {"OMP_NUM_THREADS": "1"},
        f"{threads} threads, GOMP_SPINCOUNT=100000": many | {"GOMP_SPINCOUNT": "100000"},
        f"{threads} threads, GOMP_SPINCOUNT=1000": many | {"GOMP_SPINCOUNT": "1000"},
        f"{threads} threads, OMP_WAIT_POLICY=passive": many | {"OMP_WAIT_POLICY": "passive"},
    }


@contextlib.contextmanager
def busy_loops(count):
    loops = [subprocess.Popen([sys.executable, "-c", BUSY_LOOP]) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def environment(setting):
    """Returns this process's environment with its OpenMP variables replaced by a setting, and the launcher's allocator."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "GOMP_"))}
    return ours | {name: value for name, value in run.environment(1).items() if name.startswith(("MALLOC_", "GLIBC_"))} | setting


def measure(args, folder, flags, setting, seconds_left):
    command = [sys.executable, str(run.HERE / "ours.py"), "threads", "--model", str(pathlib.Path(args.models) / folder),
               "--text", args.text, "--seconds", str(args.seconds), "--threads", setting["OMP_NUM_THREADS"], *flags.split()]
    print("$", *(f"{name}={value}" for name, value in setting.items()), *command, file=sys.stderr, flush=True)
    process = subprocess.Popen(command, env=environment(setting), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        output, errors = process.communicate(timeout=seconds_left)
    except subprocess.TimeoutExpired as error:
        raise run.Failed("out of time") from error
    finally:
        process.kill()
        process.wait()
    if process.returncode:
        raise run.Failed("exit code %d\n%s" % (process.returncode, "\n".join(errors.splitlines()[-15:])))
    return run.json_line(output)


def table(job, settings, loads, cells):
    """Returns a Markdown table: a row per setting, a column per load."""
    titles = ["quiet" if load == 0 else f"beside {load} busy loop{'s' if load > 1 else ''}" for load in loads]
    lines = [f"| {job}, {UNITS[job]} | " + " | ".join(titles) + " |", "|---|" + "---|" * len(loads)]
    for setting in settings:
        row = []
        for load in loads:
            line = cells.get((setting, load))
            # Our own busy loops count as others' load; only what exceeds them is foreign.
            others = line and line["cores_used_by_others"] - load
            row.append("–" if line is None else f"{line[METRICS[job]]:,.{0 if job != 'PPO' else 1}f}"
                       + (" (machine was busy)" if others > run.BUSY else ""))
        lines.append(f"| {setting} | " + " | ".join(row) + " |")
    return "\n".join(lines)


def arguments(argv=None):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--quick", action="store_true", help="half a second of each job on the small model, beside 0 and 1 busy loops")
    p.add_argument("--seconds", type=float, default=3, help="seconds per job and process (default: %(default)s)")
    p.add_argument("--minutes", type=float, default=9.5, help="time limit; measurements not started by then are omitted (default: %(default)s)")
    p.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="threads of all settings but the first (default: %(default)s)")
    p.add_argument("--text", default=str(HOME / "data/facts/corpus.jsonl"), metavar="FILE", help="UTF-8 text the input is cut from")
    p.add_argument("--models", default="runs/bench/models", metavar="DIR", help="created if missing (default: %(default)s)")
    p.add_argument("--out", default="runs/bench/threads.json", metavar="FILE")
    args = p.parse_args(argv)
    if args.quick:
        args.seconds = 0.5
    return args


def main(argv=None):
    args = arguments(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the busy loops end
    settings = settings_of(args.threads)
    models = dict(list(MODELS.items())[:1]) if args.quick else MODELS
    loads = (0, 1) if args.quick else (0, 1, 2)
    for folder, flags in models.values():  # builds the program and creates the models before timing starts
        if not (pathlib.Path(args.models) / folder / "config.json").exists():
            measure(args, folder, flags, settings["1 thread"], 600)
    end = time.monotonic() + 60 * args.minutes
    result = {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "machine": run.machine(),
              "arguments": vars(args), "lines": []}
    failures = 0
    tables = []
    for model, (folder, flags) in models.items():
        cells = {}
        for load in loads:
            with busy_loops(load):
                for name, setting in settings.items():
                    try:
                        line = measure(args, folder, flags, setting, max(0.0, end - time.monotonic()))
                    except run.Failed as error:
                        failures += 1
                        print(f"{model}, {name}, {load} busy loops: {error}", file=sys.stderr)
                        continue
                    cells[name, load] = line
                    result["lines"].append({"model": model, "setting": name, "busy_loops": load} | line)
        tables += [f"**{model}**"] + [table(job, settings, loads, cells) for job in METRICS]
    out = pathlib.Path(args.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    machine = result["machine"]
    print(f"{result['date']}, {machine['cores']} cores of {machine['processor']}\n")
    print("\n\n".join(tables))
    print(f"\n{out}: every line", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Compares the work of one token and one training step on a CUDA device with budget.json, whose numbers may only fall.

  budget.py BUILD [--class-path PATH] [--write] [--reports DIR]

Exit code 1: a number is higher than in budget.json, or it is lower and budget.json was not written (--write) with the change.
--reports: writes a file per kind of work with its kernels, most frequent first, to find those to remove.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TABLE = HERE / "budget.json"
# launches: kernels and matrix products. bytes_*: copied from the host, to the host, and within the device.
# replayed: kernels and products of CUDA graphs, whose launch counts as one.
FIELDS = ["launches", "replayed", "synchronisations", "bytes_in", "bytes_out", "bytes_within"]


def java():
    home = os.environ.get("JAVA_HOME")
    return f"{home}/bin/java" if home else "java"


def measure(build, class_path, reports):
    with tempfile.TemporaryDirectory(dir=build) as models:
        command = [HERE / "run", build, java(), "-Xmx2g", "--enable-native-access=ALL-UNNAMED", "-Dai.djl.offline=true", "-cp", class_path,
                   HERE / "Budget.java", models, *([reports] if reports else [])]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not lines:
        print(done.stdout)
        sys.exit("budget: the measurement failed")
    return {work: {field: counts[field] for field in FIELDS} for work, counts in json.loads(lines[-1]).items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--class-path", default=f"{ROOT}/target/rlhf.jar:{ROOT}/target/lib/*")
    parser.add_argument("--reports", type=Path)
    parser.add_argument("--write", action="store_true", help="write budget.json")
    options = parser.parse_args()
    found = measure(options.build, options.class_path, options.reports)
    if options.write:
        lines = ",\n".join(f"  {json.dumps(work)}: {json.dumps(counts)}" for work, counts in found.items())
        TABLE.write_text("{\n" + lines + "\n}\n")
    budget = json.loads(TABLE.read_text())
    bad = []
    print("| work | " + " | ".join(FIELDS) + " |\n|---|" + "---|" * len(FIELDS))
    for work, counts in found.items():
        print(f"| {work} | " + " | ".join(str(counts[field]) for field in FIELDS) + " |")
        for field in FIELDS:
            allowed = budget.get(work, {}).get(field)
            if counts[field] != allowed:
                bad.append(f"{work}: {field} {counts[field]}, budget.json says {allowed}")
    print("\n".join(bad))
    if bad:
        print("budget: what rose must be brought down; what fell is recorded with --write")
        sys.exit(1)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Load test of the label server over loopback: bench/label_load.py [--labelers 100] [--seconds 60] [--pause_ms 1000]

Each of them saves a draft, submits a ranking, whose answer is the next task, and rests about --pause_ms after each of the two;
after --warm_up seconds of the same. Prints one JSON line: how long requests took in milliseconds, their processor time, errors, and
whether every label that was acknowledged is in the store, once. Server and labelers share this machine's cores.
"""

import sys

import ours

if __name__ == "__main__":
    ours.main(sys.argv[1:], "dev.rlhf.bench.LabelLoad")

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Make results for tests of time to prompt: make_prompt.py > results-prompt.jsonl

Seven transports, with a debugger that thinks and one that does not, in the
sessions of a WinDbg. Every request takes what its transport takes for it and
for its bytes, and the pause before it; a few per cent of noise. The numbers are
invented, but of the size that such machines show.
"""
import hashlib
import json
import math
import random

rng = random.Random(815)
HOST = "6f1d2c3b4a596877"
RUN = "20261122T101112Z-0000c0de"
GAPS = [195, 216, 230, 240, 261, 273, 294, 330, 374, 453, 476, 538, 667, 759,
        1124, 7527]  # us: bench/session/think.c

# name: kind, ns of a request, ns of a byte, traps of a request, of a byte
TRANSPORTS = {
    "uart": ("uart", 40e3, 1e10 / 115200, 12, 2.09),
    "uart-unthrottled": ("uart", 6.9e6, 5.8e3, 12, 2.09),
    "byteport": ("byteport", 150e3, 1.8e3, 4, 1.05),
    "virtio": ("virtio", 290e3, 25, 4, 0),
    "ring": ("ivshmem", 4.2e3, 2.5, 1, 0),
    "ring-packet": ("ivshmem", 3.0e3, 2.3, 1, 0),
    "native": ("native", 1.3e3, 1.0, 0, 0),
}

# kind: requests of an operation, bytes on the wire of each, payload, whole
STEPS = {
    "attach": ("attach", 55, 350, 8000, None),
    "step": ("step", 9, 555, 600, None),
    "cold": ("stack-walk", 15, 290, 1500, 10),
    "warm": ("stack-walk", 5, 290, 420, 10),
    "reload": ("reload", 10, 480, 3000, 180),
    "by-page": ("dump", 2, 2226, 4096, None),
    "by-packet": ("dump", 1, 4122, 3944, None),
    "reconnect": ("reconnect", 3, 200, 8, None),
    "read-128": ("read-memory", 1, 306, 128, None),
}
SCENARIOS = [
    ("windbg-attach", "From nothing to a prompt.", ["attach"]),
    ("windbg-step", "A step as WinDbg does it.", ["step"]),
    ("windbg-stack", "Ten frames.", ["warm", "cold"]),
    ("windbg-reload", "What 180 modules cost.", ["reload"]),
    ("windbg-dump", "A sample of 4 GiB.", ["by-page", "by-packet"]),
    ("windbg-read", "Reads of 128 bytes.", ["read-128"]),
    ("windbg-reconnect", "The debugger is restarted.", ["reconnect"]),
    ("prices", "What single things cost.", ["calibrate"]),
]
COSTS = {"nothing": 0.4, "port-read": 60.0, "port-write": 70.0,
         "doorbell": 900.0, "mmio-read": 150.0, "halt-wake": 22000.0,
         "copy-kib": 100.0}


def bucket(v):
    if v < 64:
        return v
    e = v.bit_length() - 1
    return 64 + (e - 6) * 32 + ((v >> (e - 5)) & 31)


def latency(values):
    s = sorted(values)
    if not s:
        return None
    counts = {}
    for v in s:
        counts[bucket(v)] = counts.get(bucket(v), 0) + 1

    def at(q):
        return s[max(0, math.ceil(q * len(s)) - 1)]
    return {"p50": at(.5), "p90": at(.9), "p99": at(.99), "p999": at(.999),
            "max": s[-1], "n": len(s),
            "hist": [[b, counts[b]] for b in sorted(counts)]}


def params(transport, think):
    kind = TRANSPORTS[transport][0]
    p = {"transport": transport, "transport.kind": kind,
         "accel": "none" if kind == "native" else "tcg",
         "transport.via": "none", "host.wait": "adaptive",
         "debugger.profile": "robust", "debugger.think": think,
         "target.profile": "ms"}
    if kind == "uart":
        p["transport.baud"] = "115200" if transport == "uart" else "unlimited"
        p["transport.baud-to-target"] = "same"
        p["transport.baud-to-debugger"] = "same"
        p["transport.rx-trigger"] = "1"
    if kind == "ivshmem":
        p["transport.framing"] = "packet" if "packet" in transport else "stream"
        p["transport.memory"] = "kd"
    return p


def step(transport, think, name):
    kind, requests, wire, payload, whole = STEPS[name]
    _, request_ns, byte_ns, traps, traps_byte = TRANSPORTS[transport]
    request_ns += wire * byte_ns
    held = kind not in ("read-memory",)
    latencies, cycles, gaps = [], [], []
    total, limit, most = 0, 2e8, {"attach": 60, "step": 600}.get(name, 5000)
    while len(latencies) < most and (total < limit or not latencies):
        own = int(requests * request_ns * rng.gauss(1, .03))
        pause = [1000 * rng.choice(GAPS) for _ in range(requests)] \
            if think == "windbg" else []
        gaps += pause
        latencies.append(own + (sum(pause) if held else 0))
        cycles.append(own + sum(pause))
        total += own + sum(pause)
    n = len(latencies)
    uart = TRANSPORTS[transport][0] == "uart"
    trap = int(n * requests * (traps + wire * traps_byte))
    s = {"kind": kind, "skipped": None, "ops": n, "payload_bytes": payload * n,
         "whole": {"ops": whole, "bytes": None} if whole else None,
         "wire_bytes": wire * requests * n, "wall_ns": total,
         "throughput_bytes_s": int(payload * n * 1e9 / total),
         "latency_ns": latency(latencies),
         "cycle_ns": latency([] if held or not gaps else cycles),
         "thought": {"n": len(gaps), "sum_ns": sum(gaps),
                     "p50_ns": sorted(gaps)[len(gaps) // 2]} if gaps else None,
         "cpu": None, "round_trips": requests * n,
         "guest": {"port_reads": trap // 2 if uart else 0,
                   "port_writes": trap - trap // 2 if uart else 0,
                   "mmio_reads": 0, "mmio_writes": 0,
                   "doorbells": 0 if uart else trap, "polls": 0, "halts": 0,
                   "wakeups": 0, "bytes_in": 90 * requests * n,
                   "bytes_out": (wire - 90) * requests * n},
         "split": {"guest_ns": int(total * .04), "transport_ns": int(total * .93),
                   "harness_ns": int(total * .03), "wall_ns": total},
         "lines": None, "lines_s": None, "slowdown": None}
    if kind == "dump":
        s["pieces"] = "packet" if name == "by-packet" else "page"
        s["whole"] = {"ops": None, "bytes": 4 << 30}
    return s


def calibrate():
    return {"kind": "calibrate", "ops": 0, "payload_bytes": 0,
            "wall_ns": 400000000, "costs": COSTS, "guest": None}


def main():
    plan, trials = [], []
    for name, about, steps in SCENARIOS:
        cells = []
        for transport in TRANSPORTS:
            for think in ("none", "windbg"):
                if steps == ["calibrate"] and transport == "native":
                    continue
                p = params(transport, think)
                label = "transport=%s debugger.think=%s" % (transport, think)
                key = hashlib.sha256((name + label).encode()).hexdigest()[:16]
                cells.append({"cell": key, "label": label, "params": p,
                              "axes": ["transport", "debugger.think"],
                              "sources": {k: "built-in" for k in p}})
                made = {k: step(transport, think, k) if k in STEPS else
                        calibrate() for k in steps}
                gone = name == "windbg-reconnect" and transport == "byteport"
                trials.append({
                    "type": "trial", "schema": 1, "run": RUN, "host": HOST,
                    "scenario": name, "cell": key, "trial": 1, "valid": True,
                    "invalid_reason": None, "params": p, "seed": "1",
                    "verdict": "gave-up" if gone else "completed",
                    "detail": "no answer" if gone else "", "suspect": None,
                    "repeat": "", "steps": {} if gone else made, "faults": 0,
                    "wall_ns": sum(s["wall_ns"] for s in made.values())})
        plan.append({"name": name, "path": "scenarios/%s.yaml" % name,
                     "about": about, "text": "", "skip": None, "notes": [],
                     "trials": {"min": 1, "max": 1}, "cells": cells,
                     "expect": {"verdict": ["completed"], "bounds": []}})
    print(json.dumps({"type": "run", "schema": 1, "run": RUN, "seed": "1",
                      "kdbench": "0.1.0", "started": "2026-11-22T10:11:12Z",
                      "host": {"id": HOST, "name": "test",
                               "cpu": "Invented CPU"},
                      "scenarios": plan}))
    for t in trials:
        print(json.dumps(t))
    print(json.dumps({"type": "end", "schema": 1, "wall_ns": 1, "exit": 0}))


main()

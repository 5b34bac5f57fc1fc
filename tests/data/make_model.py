#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Make results for tests of the cost model: make_model.py > model/results.jsonl

Each operation takes exactly what the costs below add up to, but for 1 % of
noise, so that a fit must find them again. One trial in each cell is disturbed,
some are of no use. The numbers are invented, but of the size that such
machines show.
"""
import hashlib
import json
import random

rng = random.Random(4711)
HOST = "6f1d2c3b4a596877"
RUN = "20261121T123456Z-0000e5e5"
OUT, IN, REQUEST = 80, 300, 3000  # instructions: bench/predict/observe.c

# What a machine can be asked for, in ns.
CALIBRATED = {
    "tcg": {"nothing": 2.0, "port-read": 60.0, "port-write": 70.0,
            "doorbell": 1500.0, "mmio-read": 150.0, "poll": 15.0,
            "pause": 250.0, "tsc": 14.0, "halt-wake": 22000.0,
            "copy-kib": 800.0},
    "kvm": {"nothing": 0.8, "port-read": 2600.0, "port-write": 2500.0,
            "doorbell": 900.0, "mmio-read": 2400.0, "poll": 1.0,
            "pause": 15.0, "tsc": 8.0, "halt-wake": 6000.0, "copy-kib": 60.0},
}
# What a fit must find.
UART = {"request": 50e3, "byte-out": 1600.0, "in-turn": 25e3, "byte-in": 1000.0}
RING = {"request": 8e3, "byte-out": 1.0, "byte-in": 2.0, "host-wake": 30e3}

CHUNKS = (64, 256, 1024, 2048, 3944)


def cell(label, params):
    params = dict({"host.wait": "adaptive", "debugger.think": "none"}, **params)
    key = label + json.dumps(params, sort_keys=True)
    return {"cell": hashlib.sha256(key.encode()).hexdigest()[:16],
            "label": label, "params": params,
            "sources": {k: "model.yaml:4" for k in params},
            "axes": ["transport", "transport.rx-trigger", "chunk"]}


def cells():
    for trigger in (1, 14):
        for chunk in CHUNKS:
            yield cell(
                "transport=uart-unthrottled transport.rx-trigger=%d chunk=%d"
                % (trigger, chunk),
                {"transport": "uart-unthrottled", "transport.kind": "uart",
                 "transport.baud": "unlimited", "transport.via": "none",
                 "transport.baud-to-target": "same",
                 "transport.rx-trigger": str(trigger), "accel": "tcg",
                 "chunk": str(chunk)})
    for chunk in CHUNKS:
        yield cell("transport=ring chunk=%d" % chunk,
                   {"transport": "ring", "transport.kind": "ivshmem",
                    "transport.framing": "stream", "transport.memory": "kd",
                    "transport.via": "none", "accel": "tcg",
                    "chunk": str(chunk)})
    yield cell("transport=uart transport.rx-trigger=1 chunk=256",
               {"transport": "uart", "transport.kind": "uart",
                "transport.baud": "115200", "transport.via": "none",
                "transport.rx-trigger": "1", "accel": "tcg", "chunk": "256"})
    for chunk in CHUNKS:
        yield cell("transport=uart-unthrottled accel=kvm chunk=%d" % chunk,
                   {"transport": "uart-unthrottled", "transport.kind": "uart",
                    "transport.baud": "unlimited", "transport.via": "none",
                    "transport.rx-trigger": "1", "accel": "kvm",
                    "chunk": str(chunk)})


def step(params, kind, chunk):
    """One measured step, per operation, and its time."""
    uart = params["transport.kind"] == "uart"
    prices = CALIBRATED[params["accel"]]
    data_out = chunk if kind == "read-memory" else 0
    data_in = chunk if kind == "write-memory" else 0
    out, into = 89 + data_out, 89 + data_in
    bells = 0 if uart else round(rng.uniform(0, .5), 3)
    wakes = 0 if uart else round(rng.uniform(0, .3), 3)
    reads, writes = (2 * into + out, out) if uart else (0, 0)
    fitted = UART if uart else RING
    ns = (reads * prices["port-read"] + writes * prices["port-write"] +
          bells * prices["doorbell"] + wakes * prices["halt-wake"] +
          (into + out) / 1024 * prices["copy-kib"] + fitted["request"] +
          out * fitted["byte-out"] + into * fitted["byte-in"] +
          bells * fitted.get("host-wake", 0))
    instructions = REQUEST + (out * OUT + into * IN if uart else 0)
    ns += instructions * prices["nothing"] / 2
    if uart:
        ns += into / int(params["transport.rx-trigger"]) * fitted["in-turn"]
    if params.get("transport.baud") == "115200":
        ns = max(ns, (into + out) * 1e10 / 115200)
    ops = max(20, int(3e8 / ns))
    guest = {"port_reads": (reads + 40) * ops if uart else 0,
             "port_writes": writes * ops, "mmio_writes": 0, "mmio_reads": 0,
             "doorbells": int(bells * ops), "polls": 40 * ops,
             "halts": int(wakes * ops), "wakeups": int(wakes * ops),
             "bytes_in": into * ops, "bytes_out": out * ops}
    wall = int(ns * ops * rng.gauss(1, .01))
    return {"kind": kind, "skipped": None, "ops": ops,
            "payload_bytes": (data_out + data_in) * ops,
            "wire_bytes": (into + out) * ops, "wall_ns": wall,
            "throughput_bytes_s": None, "latency_ns": None, "cpu": None,
            "guest": guest, "lines": None, "lines_s": None, "slowdown": None}


def costs(params):
    prices = dict(CALIBRATED[params["accel"]])
    if params["transport.kind"] == "uart":
        prices["doorbell"] = prices["mmio-read"] = None
    else:
        prices["port-read"] = prices["port-write"] = 80.0  # port 0x80
    return {"kind": "calibrate", "skipped": None, "ops": 0, "payload_bytes": 0,
            "wire_bytes": 0, "wall_ns": 400000000, "throughput_bytes_s": None,
            "latency_ns": None, "cpu": None, "guest": None, "lines": None,
            "lines_s": None, "slowdown": None, "costs": prices}


def trial(c, number, **more):
    p = c["params"]
    steps = {"calibrate": costs(p), "version": step(p, "version", 0),
             "read": step(p, "read-memory", int(p["chunk"])),
             "write": step(p, "write-memory", int(p["chunk"]))}
    if more.get("verdict", "completed") != "completed" or "spoil" in more:
        for s in steps.values():
            s["wall_ns"] *= 40
    more.pop("spoil", None)
    t = {"type": "trial", "schema": 1, "run": RUN, "host": HOST,
         "scenario": "model", "cell": c["cell"], "trial": number,
         "valid": True, "invalid_reason": None, "params": p, "seed": "1",
         "verdict": "completed", "detail": "", "suspect": None, "repeat": "",
         "wall_ns": sum(s["wall_ns"] for s in steps.values()), "steps": steps,
         "faults": 0, "resends": 0, "resets": 0}
    t.update(more)
    return t


def main():
    plan = list(cells())
    print(json.dumps({
        "type": "run", "schema": 1, "run": RUN, "kdbench": "0.1.0",
        "started": "2026-11-21T12:34:56Z", "seed": "1",
        "host": {"id": HOST, "name": "test", "cpu": "Invented CPU"},
        "scenarios": [{"name": "model", "path": "scenarios/long/model.yaml",
                       "about": "invented", "text": "", "skip": None,
                       "trials": {"min": 3, "max": 3}, "notes": [],
                       "expect": {"verdict": ["completed"], "bounds": []},
                       "cells": plan}]}))
    for number in (1, 2, 3):
        for c in reversed(plan):  # not in the order of the plan
            spoil = {"spoil": True} if number == 2 else {}
            print(json.dumps(trial(c, number, **spoil)))
    c = plan[0]
    print(json.dumps(trial(c, 4, verdict="recovered", faults=3)))
    print(json.dumps(trial(c, 5, valid=False, invalid_reason="disturbed",
                           spoil=True)))
    print(json.dumps({"type": "end", "schema": 1, "wall_ns": 1, "exit": 0}))


main()

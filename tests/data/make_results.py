#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Make sample results: make_results.py SHAPE [SEED] > results.jsonl

Shapes: small, glance and hostile (what the tests read), tcg, kvm, one, many;
predict makes a predict.json for glance. The numbers are invented, but of the
size that such machines show; they are no measurement.
"""
import hashlib
import json
import math
import random
import sys

SHAPE = sys.argv[1] if len(sys.argv) > 1 else "small"
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 12345
rng = random.Random(SEED)
HOST = "6f1d2c3b4a596877"
RUN = "20261121T123456Z-1a2b3c4d"


def bucket(v):
    v = int(v)
    if v < 64:
        return v
    e = v.bit_length() - 1
    return 64 + (e - 6) * 32 + ((v >> (e - 5)) & 31)


def latency(samples, hist):
    s = sorted(int(x) for x in samples)
    if not s:
        return None

    def at(q):
        return s[max(0, math.ceil(q * len(s)) - 1)]
    out = {"p50": at(.5), "p90": at(.9), "p99": at(.99), "p999": at(.999),
           "max": s[-1], "n": len(s)}
    if hist:
        counts = {}
        for x in s:
            counts[bucket(x)] = counts.get(bucket(x), 0) + 1
        out["hist"] = [[b, counts[b]] for b in sorted(counts)]
    return out


def cell_id(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# name: bytes/s read, bytes/s written, ns of a small operation, traps per byte,
# QEMU's load in per cent, kind
TRANSPORTS = {
    "uart": (11020, 10870, 14.2e6, 2.31, 4.1, "uart"),
    "uart-unthrottled": (1.31e6, 1.08e6, 190e3, 2.04, 131, "uart"),
    "byteport": (2.9e6, 2.2e6, 96e3, 1.08, 140, "byteport"),
    "virtio": (61e6, 48e6, 71e3, 0.0021, 148, "virtio-serial"),
    "ring": (412e6, 305e6, 31e3, 0.0006, 121, "ivshmem"),
    "ring-packet": (498e6, 391e6, 27e3, 0.0005, 117, "ivshmem"),
    "ring-dma": (1.9e9, 333e6, 29e3, 0.0001, 96, "ivshmem"),
    "native": (890e6, 700e6, 6.1e3, 0, 99, "native"),
    "sim": (640e6, 510e6, 9e3, 0, None, "sim"),
}


def params(transport, accel, extra):
    kind = "sim" if accel == "sim" else TRANSPORTS.get(
        transport, (0, 0, 0, 0, 0, "ivshmem"))[5]
    p = {"transport": transport, "transport.kind": kind,
         "accel": "none" if kind in ("sim", "native") else accel,
         "host.wait": "adaptive", "guest.idle": "spin-hlt",
         "debugger.profile": "robust", "debugger.think": "none",
         "target.profile": "ms"}
    p.update(extra)
    return p


def scenario(name, about, text, cells, trials, verdicts=("completed",),
             bounds=(), notes=(), skip=None):
    return {"name": name, "path": "scenarios/%s.yaml" % name, "about": about,
            "text": text, "trials": {"min": trials, "max": trials},
            "cells": cells,
            "expect": {"verdict": list(verdicts), "bounds": list(bounds)},
            "skip": skip, "notes": list(notes)}


def cell(sc, axes, p, written=None):
    label = " ".join("%s=%s" % (a, (written or p)[a]) for a in axes)
    return {"cell": cell_id(sc + label + p["accel"]), "label": label,
            "params": p,
            "sources": {k: "%s.yaml:%d" % (sc, i + 4) if k in axes else "built-in"
                        for i, k in enumerate(sorted(p))},
            "axes": list(axes)}


def cpu(wall_ns, load):
    if load is None or wall_ns < 250e6:
        return None
    load *= rng.gauss(1, .03)
    total = wall_ns * load / 100
    return {"vcpu_ns": int(total * .7), "main_ns": int(total * .28),
            "other_ns": int(total * .02), "harness_ns": int(wall_ns * .4),
            "load": round(load, 2)}


def guest(payload, ops, traps):
    n = int(max(payload, ops * 120) * traps)
    if traps >= 1:
        return {"port_reads": int(n * .6), "port_writes": n - int(n * .6),
                "mmio_writes": 0, "doorbells": 0, "polls": n // 5, "halts": 0,
                "wakeups": 0}
    return {"port_reads": 0, "port_writes": 0, "mmio_writes": 0,
            "doorbells": n, "polls": ops * 3, "halts": ops // 3,
            "wakeups": ops // 3}


def step(kind, n, op_ns, payload_op, traps, load, sigma=.12, tail=.01):
    lat = []
    for _ in range(n):
        v = op_ns * rng.lognormvariate(0, sigma)
        if rng.random() < tail:
            v *= rng.uniform(2, 9)
        lat.append(v)
    wall = sum(lat)
    payload = payload_op * n
    return {"kind": kind, "ops": n, "payload_bytes": payload,
            "wire_bytes": int(payload + n * 178), "wall_ns": int(wall),
            "throughput_bytes_s": round(payload / wall * 1e9, 1) if payload else None,
            "latency_ns": latency(lat, True), "cpu": cpu(wall, load),
            "guest": guest(payload, n, traps) if load is not None else None,
            "lines": None, "lines_s": None, "slowdown": None}, lat


def trial(sc, c, number, steps, lats, accel, verdict="completed", **more):
    virtual = c["params"]["transport.kind"] == "sim"
    wall = sum(s["wall_ns"] for s in steps.values())
    payload = sum(s["payload_bytes"] for s in steps.values())
    t = {"type": "trial", "schema": 1, "run": None if virtual else RUN,
         "host": None if virtual else HOST, "scenario": sc, "cell": c["cell"],
         "trial": number, "valid": True, "invalid_reason": None,
         "params": c["params"], "seed": str(rng.getrandbits(64)),
         "verdict": verdict, "detail": "", "suspect": None,
         "repeat": "kdbench run --seed %d --only %s --trial %d scenarios/%s.yaml"
                   % (SEED, c["cell"], number, sc),
         "wall_ns": int(wall * 1.1), "boot_ns": None if virtual else int(
             rng.gauss(.31e9, .02e9)),
         "payload_bytes": payload, "wire_bytes": int(payload * 1.045),
         "throughput_bytes_s": round(payload / wall * 1e9, 1)
         if payload and wall else None,
         "latency_ns": latency(lats, False), "steps": steps,
         "cpu": None if virtual else cpu(wall * 1.1, 90), "guest": None,
         "guest_load": None,
         "debugger": {"packets_in": 1200, "resent": 0, "resends_out": 0,
                      "resends_in": 0, "resets_out": 1, "resets_in": 1,
                      "timeouts": 0, "duplicates": 0, "bad_checksum": 0,
                      "bad_frame": 0, "stray": 0},
         "round_trips": len(lats), "turnarounds": None, "wakeups": 12,
         "exits": None, "peak_rss_bytes": None if virtual else 71 << 20,
         "recovery_ns": None, "heal_ns": None, "faults": 0, "resends": 0,
         "resets": 0,
         "interference": None if virtual else
         {"others_cores": 0.03, "steal_cores": 0.0}}
    t.update(more)
    return t


def throughput(transports, trials, accel, name="throughput"):
    text = ("# What does each transport deliver?\nname: %s\nmatrix:\n"
            "  transport: [%s]\nsession:\n  - connect\n"
            "  - read-memory: { region: pattern, size: 4MiB, warmup: 64KiB }\n"
            "  - write-memory: { region: scratch, size: 4MiB }\ntrials: %d\n"
            % (name, ", ".join(transports), trials))
    cells = [cell(name, ["transport"], params(t, accel, {})) for t in transports]
    out = []
    for c in cells:
        r, w, _, traps, load, _ = TRANSPORTS.get(
            c["params"]["transport"],
            (rng.uniform(2e4, 4e8), rng.uniform(2e4, 3e8), 5e4, .01, 90, ""))
        k = 1 / 9 if accel == "kvm" and traps > 1 and r > 2e4 else 1
        for n in range(1, trials + 1):
            steps, all_lat = {}, []
            # A throttled line leaves little time: smaller, as the real ones.
            for kind, rate in (("read-memory", r * k), ("write-memory", w * k)):
                ops = int(max(12, min(400, 2 * rate / 3944)))
                jitter = .002 if rate < 2e4 else .1
                steps[kind], lat = step(kind, ops, 3944 / rate * 1e9 *
                                        rng.gauss(1, jitter / 2), 3944, traps,
                                        load, jitter)
                if load is not None and rate > 2e4:
                    wall = steps[kind]["wall_ns"]
                    steps[kind]["cpu"] = cpu(max(wall, 300e6), load)
                    for key in ("vcpu_ns", "main_ns", "other_ns", "harness_ns"):
                        steps[kind]["cpu"][key] = int(
                            steps[kind]["cpu"][key] * wall / max(wall, 300e6))
                all_lat += lat
            t = trial(name, c, n, steps, all_lat, accel)
            if c["params"]["transport"] == "virtio" and n == 2:
                bad = dict(t, valid=False, invalid_reason="disturbed: other "
                           "processes used 0.71 cores",
                           interference={"others_cores": .71, "steal_cores": 0})
                out.append(bad)
            out.append(t)
    return scenario(name, "What does each transport deliver, and what does it "
                    "cost in CPU?", text, cells, trials,
                    bounds=["throughput > 1KiB/s"]), out


def latency_scenario(transports, trials, accel):
    name = "latency"
    text = "# How long does one small request take?\nname: latency\n"
    cells = [cell(name, ["transport", "debugger.think"],
                  params(t, accel, {"debugger.think": th}))
             for t in transports for th in ("none", "windbg")]
    out = []
    for c in cells:
        base = TRANSPORTS[c["params"]["transport"]]
        think = .6e6 if c["params"]["debugger.think"] == "windbg" else 0
        for n in range(1, trials + 1):
            steps, lats = {}, []
            for kind, mult, payload in (("read-memory", 1, 8), ("registers", 2.3, 0),
                                        ("step", 1.6, 0), ("version", .9, 0)):
                ops = 60 if base[2] > 1e6 else 300
                if SHAPE == "small":
                    ops = 40
                steps[kind], lat = step(kind, ops, base[2] * mult + think, payload,
                                        base[3], base[4], .05 if base[2] > 1e6 else .25,
                                        .02)
                lats += lat
            out.append(trial(name, c, n, steps, lats, accel))
    return scenario(name, "How long does one small request take, for a script "
                    "and for a person at WinDbg?", text, cells, trials), out


def storm(transports, trials, accel):
    name = "log-storm"
    cells = [cell(name, ["transport"], params(t, accel, {})) for t in transports]
    out = []
    for c in cells:
        base = TRANSPORTS[c["params"]["transport"]]
        for n in range(1, trials + 1):
            rate = min(120000, 1e9 / (base[2] * .7 + 90e9 / base[0])) * rng.gauss(1, .02)
            lines = max(30, int(rate / 4))
            s, lat = step("print-storm", min(lines, 200), 1e9 / rate, 90, base[3],
                          base[4], .1)
            s["throughput_bytes_s"] = rate * 90
            s["wall_ns"] = int(lines / rate * 1e9)
            s["lines"], s["lines_s"] = lines, round(rate, 1)
            s["slowdown"] = round(1 + 1e6 / rate / 9, 3)
            out.append(trial(name, c, n, {"print-storm": s}, lat, accel))
    return scenario(name, "How many DbgPrint lines a second, and how much does "
                    "printing slow the guest down?", "name: log-storm\n", cells,
                    trials), out


SUSPECT = {"dir": "to-target", "class": "request", "ordinal": 3, "copy": 0,
           "type": "manipulate", "field": "id", "offset": 8, "act": "drop",
           "stage": "drop#1",
           "text": "byte 8 (id) of request 3 to the target was dropped"}


def lossy(transports, trials, accel, losses=("0", "1e-5", "1e-4", "1e-3")):
    name = "lossy-line"
    cells = [cell(name, ["transport", "loss"],
                  params(t, accel, {"loss": "%.10g" % float(l)}),
                  {"transport": t, "loss": l})
             for t in transports for l in losses]
    out = []
    for c in cells:
        base = TRANSPORTS[c["params"]["transport"]]
        loss = float(c["params"]["loss"])
        packets = c["params"]["transport"] == "ring-packet"
        for n in range(1, trials + 1):
            size = 262144
            acts = sum(rng.random() < loss * 4122 for _ in range(64))
            recovery = [rng.lognormvariate(math.log(.22e9), .4) for _ in range(acts)]
            s, lat = step("read-memory", 64, 4096 / base[0] * 1e9, 4096, base[3],
                          base[4], .08)
            wall = s["wall_ns"] + sum(recovery)
            s["wall_ns"] = int(wall)
            s["throughput_bytes_s"] = round(size / wall * 1e9, 1)
            verdict, more = "completed", {}
            if acts:
                verdict = "recovered"
                dead = loss >= 1e-3 and rng.random() < (.8 if packets else .35)
                if dead:
                    verdict = "hang" if packets else "gave-up"
                more = {"suspect": SUSPECT, "faults": acts,
                        "resends": acts, "resets": acts // 4,
                        "detail": "no answer to request 7 after 5 re-sends" if dead
                        else "", "heal_ns": int(sum(recovery) / acts)}
                if not dead:
                    r = latency(recovery, False)
                    more["recovery_ns"] = {k: r[k] for k in ("p50", "p90", "max", "n")}
                else:
                    s["throughput_bytes_s"] = None
                    more["throughput_bytes_s"] = None
            out.append(trial(name, c, n, {"read-memory": s}, lat, accel, verdict, **more))
    return scenario(name, "What does a lost byte cost, and when does the session "
                    "die of it?", "name: lossy-line\n", cells, trials,
                    ("completed", "recovered"),
                    notes=["ring-packet has no checksum: a lost byte is a lost record"]), out


def late(trials):
    name = "late-line"
    delays = (("0", 0), ("1ms", 1e6), ("10ms", 1e7), ("100ms", 1e8), ("1s", 1e9))
    cells = [cell(name, ["debugger.profile", "delay"],
                  params("sim", "sim", {"delay": "%d" % d, "debugger.profile": prof}),
                  {"debugger.profile": prof, "delay": w})
             for prof in ("robust", "windbg", "naive") for w, d in delays]
    out = []
    for c in cells:
        delay = float(c["params"]["delay"])
        for n in range(1, trials + 1):
            s, lat = step("read-memory", 30, 9000 + 2 * delay, 1024, 0, None, .0001, 0)
            verdict, more = "completed", {}
            if delay:
                more = {"faults": 120}
            if delay >= 1e8:
                verdict = "recovered"
                more.update(resends=30, recovery_ns={"p50": int(delay * 2),
                            "p90": int(delay * 3), "max": int(delay * 4), "n": 30},
                            suspect=SUSPECT)
            if delay >= 1e9 and c["params"]["debugger.profile"] == "naive":
                verdict = "livelock"
                s["throughput_bytes_s"] = None
                more.update(throughput_bytes_s=None, recovery_ns=None,
                            detail="both ends transmit and the state repeats every 12 packets")
            out.append(trial(name, c, n, {"read-memory": s}, lat, "sim", verdict, **more))
    return scenario(name, "At which delay do re-sends start to feed on themselves?",
                    "name: late-line\n", cells, trials,
                    ("completed", "recovered")), out


def skipped():
    return scenario("exits", "Which exits does a byte cost under KVM?",
                    "name: exits\nneeds: [kvm]\n", [], 3,
                    skip="needs kvm, and /dev/kvm is not usable here"), []


# Eleven transports, as TRANSPORTS, and where an operation's time goes: shares of
# guest and kdbench, the rest is transport; CPU idle, stopped and running.
ELEVEN = {
    "uart": (.002, .004, 97, 98), "uart-unthrottled": (.02, .03, 98, 99),
    "byteport": (.03, .05, 99, 99), "virtio": (.2, .25, .5, 1.2),
    "ring": (.42, .33, .3, .6), "ring-packet": (.36, .41, .3, .6),
    "ring-dma": (.05, .8, .3, .6), "native": (.5, .4, .1, .1),
    "ring-via-unix": (.2, .6, .4, .9), "ring-via-tcp": (.18, .55, .4, .9),
    "ring-via-pty": (.15, .5, .4, 1.1),
}
VIA = {"ring-via-unix": (210e6, 170e6, 48e3, .0008, 130, "ivshmem"),
       "ring-via-tcp": (180e6, 150e6, 61e3, .0008, 131, "ivshmem"),
       "ring-via-pty": (39e6, 31e6, 89e3, .0008, 140, "ivshmem")}


def split(s, transport):
    guest_share, harness_share = ELEVEN[transport][:2]
    wall = s["wall_ns"]
    guest_ns = int(wall * guest_share * rng.gauss(1, .02))
    harness_ns = int(wall * harness_share * rng.gauss(1, .02))
    s["split"] = {"guest_ns": guest_ns, "harness_ns": harness_ns, "wall_ns": wall,
                  "transport_ns": max(0, wall - guest_ns - harness_ns)}


def idle(transport, state):
    load = ELEVEN[transport][2 if state == "stopped" else 3]
    wall = 400000000
    return {"kind": "idle", "state": state, "ops": 0, "payload_bytes": 0,
            "wire_bytes": 16, "wall_ns": wall, "throughput_bytes_s": None,
            "latency_ns": None, "guest": None, "lines": None, "lines_s": None,
            "slowdown": None, "split": None,
            "cpu": {"vcpu_ns": int(wall * load / 100), "main_ns": 0, "other_ns": 0,
                    "harness_ns": int(wall * .002), "load": load}}


KINDS = ("exits", "io_exits", "mmio_exits", "halt_exits", "irq_injections",
         "insn_emulation")


# How much slower a trap makes it under kvm, and how much faster all the rest is.
def under(accel, rate, traps):
    if accel != "kvm" or rate < 2e4:
        return rate
    return rate / 9 if traps > 1 else rate * 2.6


def glance(transports, accels, trials):
    name = "transports" if len(accels) == 1 else "accelerators"
    axes = ["transport"] + (["accel"] if len(accels) > 1 else [])
    cells = [cell(name, axes, params(t, a, {}))
             for t in transports for a in accels
             if t != "native" or a == accels[0]]
    out = []
    for c in cells:
        t = c["params"]["transport"]
        accel = c["params"]["accel"]
        r, _, small, traps, load, _ = TRANSPORTS.get(t) or VIA[t]
        r, small = under(accel, r, traps), 1e9 / under(accel, 1e9 / small, traps)
        for n in range(1, trials + 1):
            jitter = .002 if r < 2e4 else .06
            steps, lats = {}, []
            for key, op_ns, size, ops in (
                    ("bulk", 3944 / r * 1e9, 3944, 10), ("read-8", small, 8, 20)):
                steps[key], lat = step("read-memory", ops, op_ns * rng.gauss(
                    1, jitter / 2), size, traps, load, jitter, 0)
                wall = steps[key]["wall_ns"]
                steps[key]["cpu"] = cpu(max(wall, 300e6), load)
                for part in ("vcpu_ns", "main_ns", "other_ns", "harness_ns"):
                    steps[key]["cpu"][part] = int(
                        steps[key]["cpu"][part] * wall / max(wall, 300e6))
                split(steps[key], t)
                lats += lat
            steps["idle-stopped"] = idle(t, "stopped")
            steps["idle-running"] = idle(t, "running")
            more = {}
            if accel == "kvm":
                payload = steps["bulk"]["payload_bytes"]
                e = int(payload * traps) + 40
                more = {"exits": e, "guest_load": round(rng.gauss(40, 3), 1),
                        "exits_by_kind": dict(zip(KINDS, (e, e - 30, 20, 10, 9, None)))}
            out.append(trial(name, c, n, steps, lats, accel, **more))
    return scenario(name, "Every transport at a glance, in bulk, in small reads, "
                    "and idle.", "name: %s\n" % name, cells, trials), out


def sweep(transports, accels, trials):
    name = "sweep" if len(accels) == 1 else "sweep-both"
    axes = ["transport"] + (["accel"] if len(accels) > 1 else [])
    cells = [cell(name, axes, params(t, a, {}))
             for t in transports for a in accels
             if t != "native" or a == accels[0]]
    offered = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]
    out = []
    for c in cells:
        t = c["params"]["transport"]
        most, _, small, traps, load, _ = TRANSPORTS.get(t) or VIA[t]
        most = under(c["params"]["accel"], most, traps)
        base = ELEVEN[t][2]
        for n in range(1, trials + 1):
            points = []
            for want in offered:
                got = min(want, most) * (1 if want < most * .8 else rng.gauss(.97, .01))
                qemu = max(base, load * min(1, got / most) ** .9) * rng.gauss(1, .03)
                wall = 300000000
                slow = small * (1 if want < most else 40)
                points.append({
                    "offered_bytes_s": want, "achieved_bytes_s": round(got),
                    "payload_bytes": int(got * .3), "ops": int(got * .3 / 3944) + 1,
                    "wall_ns": wall,
                    "cpu": {"vcpu_ns": int(wall * qemu / 100), "main_ns": 0,
                            "other_ns": 0, "harness_ns": int(
                                wall * (.001 + .5 * min(1, got / most))),
                            "load": round(qemu, 2)},
                    "latency_ns": {"p50": int(slow), "p90": int(slow * 1.2),
                                   "p99": int(slow * 2), "p999": int(slow * 3),
                                   "max": int(slow * 4), "n": 50}})
                if got < want * .5:
                    break
            s = {"kind": "sweep", "ops": sum(p["ops"] for p in points),
                 "payload_bytes": sum(p["payload_bytes"] for p in points),
                 "wire_bytes": 0, "wall_ns": wall * len(points),
                 "throughput_bytes_s": None, "latency_ns": None, "cpu": None,
                 "guest": None, "sweep": points}
            out.append(trial(name, c, n, {"rates": s}, [1e5], c["params"]["accel"]))
    return scenario(name, "How much CPU does each rate cost, and where does each "
                    "transport saturate?", "name: sweep\n", cells, trials), out


COSTS = {"tcg": (1.1, 58, 61, 310, 64, 2.1, 19, 22, 5100, 420),
         "kvm": (.4, 2900, 2400, 3900, 3100, .8, 41, 9, 7800, 95)}


def calibrate(accels, trials):
    name = "calibrate"
    cells = [cell(name, ["accel"], params("ring", a, {})) for a in accels]
    names = ("nothing", "port-read", "port-write", "doorbell", "mmio-read", "poll",
             "pause", "tsc", "halt-wake", "copy-kib")
    out = []
    for c in cells:
        for n in range(1, trials + 1):
            costs = {k: round(v * rng.gauss(1, .02), 2)
                     for k, v in zip(names, COSTS[c["params"]["accel"]])}
            if c["params"]["accel"] == "kvm":
                costs["doorbell"] = None
            s = {"kind": "calibrate", "ops": 10, "payload_bytes": 0, "wire_bytes": 0,
                 "wall_ns": 90000000, "costs": costs}
            out.append(trial(name, c, n, {"calibrate": s}, [1e5],
                             c["params"]["accel"]))
    return scenario(name, "What does one trap cost here?", "name: calibrate\n", cells,
                    trials), out


def limits(accels):
    rows = [("memcpy", "memcpy on the host, 4 KiB at a time", 11e9),
            ("guest-copy", "the guest copies and sums, no line", 2.1e9),
            ("raw-ring", "the rings without KD: no frames, no sums", 900e6),
            ("pmemsave", "QMP pmemsave into a file", 640e6),
            ("gdbstub", "gdb 'dump memory' through QEMU's gdbstub", 3.1e6),
            ("socat", None, 480e6)]
    rows += [("kd:" + t, "kdbench over " + t, (TRANSPORTS.get(t) or VIA[t])[0])
             for t in ELEVEN]
    out = []
    for accel in accels:
        for name, about, rate in rows[accel != accels[0]:]:
            rate = under(accel, rate, 2 if name[3:] in ("uart-unthrottled", "byteport")
                         else 0) if name != "memcpy" else rate
            rates = [round(rate * rng.gauss(1, .03)) for _ in range(7)]
            if name == "pmemsave":
                rates[3] = None
            skip = None
            if name == "socat":
                rates, skip = [], "socat is not installed; apt-get install socat"
            if name == "kd:ring-via-pty":
                rates = [None] * 7
            out.append({"type": "limit", "name": name, "about": about,
                        "accel": None if name == "memcpy" else accel,
                        "bytes": 16 << 20, "rates_bytes_s": rates, "skip": skip})
    return out


def modelled(accel, transports):
    for t in transports:
        rate = under(accel, (TRANSPORTS.get(t) or VIA[t])[0], 0)
        p = params(t, accel, {})
        ns = 3944 / rate * 1e9
        use = ("line" if t == "uart" else "none" if t == "ring-via-pty" else
               "held-out" if t in ("virtio", "ring-packet", "ring-via-tcp")
               else "fitted")
        said = round(ns * rng.gauss(1, .08))
        yield {"scenario": "transports",
               "cell": cell("transports", ["transport"], p)["cell"],
               "step": "bulk", "path": t, "use": use, "measured_ns": round(ns),
               "model_ns": None if use == "none" else said}


def predict():
    print(json.dumps({
        "schema": 1, "run": RUN,
        "models": [
            {"accel": "tcg", "good": True, "why": None, "held_out": 3,
             "error_median": .071, "error_max": .19,
             "terms": [
                 {"name": "port-read", "about": "a read of a port",
                  "from": "calibrated", "ns": {"uart": 58.1}, "merged": []},
                 {"name": "copy-kib", "about": "1 KiB copied and summed",
                  "from": "calibrated", "ns": {"uart": 420, "ring": 415},
                  "merged": []},
                 {"name": "request", "about": "an operation, whatever its size",
                  "from": "fitted", "ns": {"uart": 51000, "ring": 5100},
                  "merged": []},
                 {"name": "byte-in", "about": "a byte to the target",
                  "from": "fitted", "ns": {"uart": None, "ring": 0},
                  "merged": ["uart"]}],
             "unfitted": [{"path": "ring+via",
                           "why": "2 measurements cannot tell 4 costs apart"}],
             "rows": list(modelled("tcg", ELEVEN))},
            {"accel": "kvm", "good": False,
             "why": "its median error on held-out cells is 31%, above 20%",
             "held_out": 1, "error_median": .31, "error_max": .31,
             "terms": [{"name": "port-read", "about": "a read of a port",
                        "from": "calibrated", "ns": {"uart": 2890},
                        "merged": []}],
             "unfitted": [], "rows": []}],
        "anchors_by": "tcg",
        "anchors": [
            {"name": "vmware-uart", "what": "a back-door port per byte",
             "source": "the manual", "documented": 11500, "model": 10900,
             "unit": "bytes/s", "error": -.052, "why": "with 2.9 us an exit"},
            {"name": "kdxen", "what": "rings to dom0", "source": None,
             "documented": 2300, "model": 2600, "unit": "ns", "error": .13,
             "why": None},
            {"name": "unknown", "what": "what takes a fit", "source": None,
             "documented": 12e6, "model": None, "unit": "ns", "error": None,
             "why": "not known"}]},
        indent=1))


FIVE = ["uart", "uart-unthrottled", "virtio", "ring", "ring-packet"]
SHAPES = {
    "glance": lambda: [glance(list(ELEVEN), ["tcg"], 2),
                       sweep(list(ELEVEN), ["tcg"], 2),
                       glance(["uart", "uart-unthrottled", "virtio", "ring",
                               "native"], ["tcg", "kvm"], 2),
                       sweep(["uart-unthrottled", "ring", "native"],
                             ["tcg", "kvm"], 1),
                       calibrate(["tcg", "kvm"], 2)],
    "small": lambda: [throughput(["uart", "uart-unthrottled", "ring"], 3, "tcg"),
                      latency_scenario(["uart", "ring"], 2, "tcg"),
                      storm(["uart", "ring"], 3, "tcg"),
                      lossy(["uart-unthrottled", "ring"], 3, "tcg"), late(2),
                      skipped()],
    "tcg": lambda: [throughput(list(TRANSPORTS)[:7] + ["native"], 5, "tcg"),
                    latency_scenario(FIVE, 3, "tcg"), storm(FIVE, 3, "tcg"),
                    lossy(["uart-unthrottled", "virtio", "ring", "ring-packet"], 5, "tcg"),
                    late(3), skipped()],
    "kvm": lambda: [throughput(FIVE, 10, "kvm")],
    "one": lambda: [throughput(["ring"], 1, "kvm")],
    "many": lambda: [throughput(list(TRANSPORTS)[:7] + ["native"] + [
        "virtio-over-a-bridge-to-another-machine-%d" % i for i in range(4)], 30, "tcg"),
        lossy(list(TRANSPORTS)[:7], 30, "tcg",
              ("0", "1e-6", "1e-5", "1e-4", "1e-3", "1e-2"))],
}


# Text that is a command, markup or a control sequence somewhere.
EVIL = ("<script>alert(1)</script>&\"'`touch kdbench-was-here`"
        "$(touch kdbench-was-here)|a\\n\u001b[31m\u202e{/Symbol a}_x^2 @m "
        "%s %d \u0007")
FORMULA = "=cmd|' /C calc'!A0\n# heading | x"


def hostile():
    lat = {"p50": 1000, "p90": 2000, "p99": 3000, "p999": 4000, "max": 5000,
           "n": 100, "hist": [[64, 50], [70, 50]]}
    cells = [{"cell": "c%d%s" % (i, l), "label": "transport=%s loss=%s" % (t, l),
              "params": {"transport": t, "transport.kind": "uart",
                         "accel": "tcg", "loss": l, EVIL: EVIL},
              "sources": {EVIL: EVIL}, "axes": ["transport", "loss"]}
             for i, t in enumerate([EVIL, "ring", "x" * 300, "", "\u65e5\u672c\u8a9e" * 9])
             for l in ("0", "1e-3")]
    run = {k: EVIL for k in ("run", "kdbench", "git", "started", "command",
                             "seed", "accel_why")}
    run.update({"type": "run", "schema": 1, "host": {
        "id": EVIL, "name": EVIL, "cpu": EVIL, "cores": 1e300, "kernel": EVIL,
        "governor": EVIL, "memory_bytes": 1e18},
        "qemu": {"binary": EVIL, "version": EVIL, "firmware": EVIL},
        "guest": {"sha": EVIL, "size": 1}, "scenarios": [
            {"name": "../../../../tmp/x", "path": EVIL, "about": EVIL,
             "text": EVIL + "</pre>", "cells": cells, "notes": [EVIL, FORMULA]},
            {"name": FORMULA, "about": FORMULA, "cells": []},
            {"name": "", "about": FORMULA, "cells": [], "skip": EVIL}]})
    out = [run]
    for c in cells:
        for n in (0, 1):
            out.append({
                "type": "trial", "schema": 1, "scenario": "../../../../tmp/x",
                "cell": c["cell"], "trial": n + 1, "valid": True,
                "verdict": "completed" if c["params"]["loss"] == "0"
                else ("hang", EVIL)[n],
                "detail": EVIL, "suspect": {"text": EVIL},
                "repeat": ("kdbench run; touch kdbench-was-here",
                           "kdbench run `touch kdbench-was-here`")[n],
                "faults": 5, "throughput_bytes_s": (1e300, 1e-300)[n],
                "latency_ns": lat, "steps": {EVIL: {
                    "kind": EVIL, "ops": 100, "payload_bytes": 4096,
                    "wall_ns": 1e9, "throughput_bytes_s": 1e5 * (n + 1),
                    "latency_ns": lat, "cpu": {
                        "vcpu_ns": 1e9, "main_ns": 1, "other_ns": 1,
                        "harness_ns": 1, "load": 1e9},
                    "guest": {"port_reads": 1e18, "port_writes": 1,
                              "doorbells": 1, "mmio_writes": 1},
                    "state": EVIL, "split": {"guest_ns": 1e18, "transport_ns": 0,
                              "harness_ns": 1e-300, "wall_ns": 0}},
                  FORMULA: {"kind": "idle", "costs": {EVIL: 1e300, FORMULA: 0}},
                  EVIL + "2": {"kind": EVIL, "sweep": [{"offered_bytes_s": r, "achieved_bytes_s": a,
                               "wall_ns": 1, "latency_ns": lat, "cpu": {
                                   "vcpu_ns": 1e300, "main_ns": 0, "other_ns": 0,
                                   "harness_ns": 0, "load": 0}}
                              for r, a in ((0, 0), (1e300, 1e-300), (5, 4), (5, 5),
                                           (1, 1e300))] + [{}]}},
                "exits_by_kind": {"exits": 1e300, EVIL: 5, "io_exits": None},
                "recovery_ns": {"p50": 1, "p90": 1e18, "max": 1e19, "n": 2}})
    for name, rates, skip in ((EVIL, [1e300, 0, None], None), ("kd:", [1e-300], None),
                              ("kd:" + FORMULA, [5, 5], None), ("memcpy", [], EVIL),
                              ("memcpy", [1], ""), ("", [None], None)):
        out.append({"type": "limit", "name": name, "about": EVIL, "accel": EVIL,
                    "bytes": 1e300, "rates_bytes_s": rates, "skip": skip})
    out.append({"type": "trial", "scenario": "nope", "cell": "nope",
                "verdict": "hang", "trial": 1})
    out.append({"type": "end", "interrupted": True, "expectations": [
        {"scenario": EVIL, "label": EVIL, "what": EVIL, "met": False}] * 2})
    for record in out:
        print(json.dumps(record, separators=(",", ":"), ensure_ascii=False))
    print('{"type":"tri', end="")


def main():
    if SHAPE == "hostile":
        return hostile()
    if SHAPE == "predict":
        return predict()
    parts = SHAPES[SHAPE]()
    accels = {c["params"]["accel"] for s, _ in parts for c in s["cells"]}
    run = {"type": "run", "schema": 1, "run": RUN, "kdbench": "0.1.0", "git": None,
           "started": "2026-11-21T12:34:56Z",
           "command": "kdbench run " + " ".join(s["path"] for s, _ in parts),
           "seed": SEED,
           "host": {"id": HOST, "name": "bench-1", "cpu": "AMD EPYC 7B13", "cores": 2,
                    "kernel": "6.18.5", "governor": None, "memory_bytes": 25000000000,
                    "virtualised": True, "kvm": "kvm" in accels, "load1": 0.1,
                    "clock_cost_ps": 25000, "tsc_hz": 2596000000},
           "qemu": {"binary": "qemu-system-x86_64", "version": "7.2.9",
                    "firmware": "qboot.rom"},
           "guest": {"sha": "00112233445566aa", "size": 41234},
           "accel_why": "tcg: 12x faster than kvm here (kvm emulates)"
           if "tcg" in accels else None,
           "scenarios": [s for s, _ in parts]}
    out = [run]
    for _, trials in parts:
        out += trials
    results = len(out)
    if SHAPE == "glance":
        out += limits(["tcg", "kvm"])
    missed = [{"scenario": t["scenario"], "cell": t["cell"],
               "label": next(c["label"] for s, _ in parts for c in s["cells"]
                             if c["cell"] == t["cell"]),
               "met": False,
               "what": "verdict %s not in [completed, recovered]" % t["verdict"]}
              for t in out[1:results] if t["verdict"] not in ("completed", "recovered")]
    out.append({"type": "end", "run": RUN, "interrupted": False, "wall_ns": 93000000000,
                "trials": results - 1, "expectations": missed[:6],
                "exit": 1 if missed else 0})
    for record in out:
        print(json.dumps(record, separators=(",", ":")))


main()

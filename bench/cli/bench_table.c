/* SPDX-License-Identifier: MIT */
/* The lines of 'kdbench bench', in the order in which they are printed. */
#include "bench/cli/bench.h"

#define HEADING(text)          \
	{                      \
		.name = (text) \
	}
#define VALUE(name, metric, source, scale, unit, low, high)               \
	{                                                                 \
		name, BENCH_##metric, BENCH_VALUE, source, NULL, (scale), \
			unit, (low), (high)                               \
	}
#define RATIO(name, metric, a, b, low)                                   \
	{                                                                \
		name, BENCH_##metric, BENCH_RATIO, a, b, 1, "", (low), 0 \
	}
#define BEST(name, metric, a, b, low)                                   \
	{                                                               \
		name, BENCH_##metric, BENCH_BEST, a, b, 1, "", (low), 0 \
	}
#define ADDED(name, a, b)                                                  \
	{                                                                  \
		name, BENCH_TRIP, BENCH_DIFFERENCE, a, b, 1e-3, "us", 0, 0 \
	}
#define KB 1e-3
#define MB 1e-6
#define US 1e-3

const struct bench_line bench_lines[] = {
	HEADING("# a guest's start, and lines that are paced"),
	VALUE("boot.ms", BOOT, NULL, 1e-6, "ms", 0, 100),
	VALUE("read.uart-115200.kBps", READ, "uart-115200", KB, "kB/s", 10.80,
	      11.24),
	VALUE("line.9600.to-debugger", TO_DEBUGGER, "line-9600", 1, "", 0.98,
	      1.02),
	VALUE("line.9600.to-target", TO_TARGET, "line-9600", 1, "", 0.98, 1.02),
	VALUE("line.115200.to-debugger", TO_DEBUGGER, "line-115200", 1, "",
	      0.98, 1.02),
	VALUE("line.115200.to-target", TO_TARGET, "line-115200", 1, "", 0.98,
	      1.02),
	VALUE("line.921600.to-debugger", TO_DEBUGGER, "line-921600", 1, "",
	      0.98, 1.02),
	VALUE("line.921600.to-target", TO_TARGET, "line-921600", 1, "", 0, 0),
	/* Not a target: how fast QEMU receives at a trigger of 1. */
	VALUE("line.115200.rx-trigger-1.to-debugger", TO_DEBUGGER,
	      "uart-115200", 1, "", 0, 0),
	VALUE("line.115200.rx-trigger-1.to-target", TO_TARGET, "uart-115200", 1,
	      "", 0, 0),

	HEADING("# each transport"),
	VALUE("read.uart-unthrottled.kBps", READ, "uart-unthrottled", KB,
	      "kB/s", 0, 0),
	VALUE("write.uart-unthrottled.kBps", WRITE, "uart-unthrottled", KB,
	      "kB/s", 0, 0),
	VALUE("read.byteport.kBps", READ, "byteport", KB, "kB/s", 0, 0),
	VALUE("write.byteport.kBps", WRITE, "byteport", KB, "kB/s", 0, 0),
	VALUE("read.virtio.MBps", READ, "virtio", MB, "MB/s", 0, 0),
	VALUE("write.virtio.MBps", WRITE, "virtio", MB, "MB/s", 0, 0),
	VALUE("read.ring.MBps", READ, "ring", MB, "MB/s", 0, 0),
	VALUE("write.ring.MBps", WRITE, "ring", MB, "MB/s", 0, 0),
	VALUE("read.ring-spin.MBps", READ, "ring-spin", MB, "MB/s", 0, 0),
	VALUE("read.ring-packet.MBps", READ, "ring-packet", MB, "MB/s", 0, 0),
	VALUE("read.ring-dma.MBps", READ, "ring-dma", MB, "MB/s", 0, 0),
	VALUE("read.native.MBps", READ, "native", MB, "MB/s", 0, 0),
	VALUE("word.uart-115200.us", WORD, "uart-115200", US, "us", 0, 0),
	VALUE("word.uart-unthrottled.us", WORD, "uart-unthrottled", US, "us", 0,
	      0),
	VALUE("word.byteport.us", WORD, "byteport", US, "us", 0, 0),
	VALUE("word.virtio.us", WORD, "virtio", US, "us", 0, 0),
	VALUE("word.ring.us", WORD, "ring", US, "us", 0, 0),
	VALUE("words.ring.per-s", WORDS, "ring", 1, "/s", 50000, 0),
	VALUE("words.ring-spin.per-s", WORDS, "ring-spin", 1, "/s", 100000, 0),

	HEADING("# transports against each other, in the same round"),
	RATIO("read.ring/uart-115200", READ, "ring", "uart-115200", 20000),
	RATIO("read.ring/uart-unthrottled", READ, "ring", "uart-unthrottled",
	      400),
	RATIO("read.virtio/uart-unthrottled", READ, "virtio",
	      "uart-unthrottled", 50),
	RATIO("read.ring-adaptive/ring-spin", READ, "ring", "ring-spin", 0.85),
	RATIO("read.ring-packet/ring", READ, "ring-packet", "ring", 0.97),

	HEADING("# the limit and the neighbours, in the same round"),
	VALUE("limit.memcpy-cold.MBps", READ, "memcpy", MB, "MB/s", 0, 0),
	VALUE("limit.memcpy-warm.MBps", READ, "memcpy-warm", MB, "MB/s", 0, 0),
	VALUE("limit.raw-ring.MBps", READ, "raw-ring", MB, "MB/s", 0, 0),
	VALUE("limit.raw-ring-sum.MBps", READ, "raw-ring-sum", MB, "MB/s", 0,
	      0),
	VALUE("limit.guest-copy.MBps", READ, "guest-copy", MB, "MB/s", 0, 0),
	VALUE("limit.pmemsave.MBps", READ, "pmemsave", MB, "MB/s", 0, 0),
	VALUE("limit.gdbstub.MBps", READ, "gdbstub", MB, "MB/s", 0, 0),
	RATIO("read.ring/raw-ring", READ, "ring", "raw-ring", 0.5),
	RATIO("read.ring/raw-ring-sum", READ, "ring", "raw-ring-sum", 0.8),
	RATIO("read.ring-packet/raw-ring", READ, "ring-packet", "raw-ring",
	      0.5),
	RATIO("read.ring/guest-copy", READ, "ring", "guest-copy", 0),
	RATIO("read.ring/gdbstub", READ, "ring", "gdbstub", 10),
	RATIO("read.ring-dma/memcpy-cold", READ, "ring-dma", "memcpy", 0.8),
	RATIO("read.ring-dma/pmemsave", READ, "ring-dma", "pmemsave", 1),

	HEADING("# the injector, and relays"),
	BEST("chain.empty/none", READ, "chain-empty", "chain-none", 0.97),
	BEST("chain.pass/none", READ, "chain-pass", "chain-none", 0.9),
	VALUE("throttle.pacing", PACE, "throttle", 1.0 / 262144, "", 0.99,
	      1.01),
	VALUE("relay.direct.us", TRIP, "relay-direct", US, "us", 0, 0),
	ADDED("relay.chain.added-us", "relay-chain", "relay-direct"),
	ADDED("relay.bridge.added-us", "relay-bridge", "relay-direct"),
	ADDED("relay.socat.added-us", "socat", "relay-direct"),
	RATIO("relay.chain/direct", READ, "relay-chain", "relay-direct", 0),
	RATIO("relay.bridge/direct", READ, "relay-bridge", "relay-direct", 0),
	RATIO("relay.socat/direct", READ, "socat", "relay-direct", 0),
	RATIO("relay.bridge/socat", READ, "relay-bridge", "socat", 0),

	HEADING("# exploration: sessions of 20 exchanges, one core"),
	VALUE("explore.sessions-per-s", SESSIONS, "explore", 1, "/s", 20000, 0),

	HEADING("# an idle target, in per cent of a core"),
	VALUE("idle.ring.stopped.percent", STOPPED, "idle-ring", 1, "%", 0, 2),
	VALUE("idle.ring.running.percent", RUNNING, "idle-ring", 1, "%", 0, 2),
	VALUE("idle.uart.stopped.percent", STOPPED, "idle-uart", 1, "%", 0, 0),
	VALUE("idle.uart.running.percent", RUNNING, "idle-uart", 1, "%", 0, 0),
	{ 0 },
};

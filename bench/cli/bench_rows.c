/* SPDX-License-Identifier: MIT */
#include "bench/cli/bench.h"

/*
 * Everything reads the same 16 MiB of the same guest. Rates of a period are
 * taken over a time, and not over a size: a UART would take a day.
 */
const struct bench_scenario bench_scenarios[] = {
	{ "bench", "What each transport can do.",
	  "session:\n"
	  "  - connect\n"
	  "  - read-memory: { name: read, duration: $time, warmup: 100ms }\n"
	  "  - write-memory: { name: write, duration: $time, warmup: 10ms }\n"
	  "  - read-memory: { name: word, count: $words, chunk: 8, "
	  "warmup: 5 }\n",
	  0 },
	{ "bench-physical", "Physical memory, past KD.",
	  "session:\n"
	  "  - connect\n"
	  "  - read-physical: { name: read, duration: 300ms, warmup: 100ms }\n",
	  0 },
	{ "bench-line", "Is a paced line as fast as it says, and no faster?",
	  "session:\n"
	  "  - connect\n"
	  "  - read-memory: { name: read, duration: 800ms, warmup: 1 }\n"
	  "  - write-memory: { name: write, duration: 500ms }\n",
	  3 },
	{ "bench-chain-none", "A ring, no faults.",
	  "session: [connect, read-memory: { name: read, duration: 300ms, "
	  "warmup: 100ms }]\n",
	  0 },
	{ "bench-chain-empty", "The same behind two empty lists of faults.",
	  "faults: { to-target: [], to-debugger: [] }\n"
	  "session: [connect, read-memory: { name: read, duration: 300ms, "
	  "warmup: 100ms }]\n",
	  0 },
	{ "bench-chain-pass", "The same behind a fault that never acts.",
	  "faults:\n"
	  "  to-target: [flip: { probability: 0 }]\n"
	  "  to-debugger: [flip: { probability: 0 }]\n"
	  "session: [connect, read-memory: { name: read, duration: 300ms, "
	  "warmup: 100ms }]\n",
	  0 },
	{ "bench-throttle", "A ring slowed to 256 KiB/s.",
	  "faults:\n"
	  "  to-target: [throttle: { rate: 256KiB/s }]\n"
	  "  to-debugger: [throttle: { rate: 256KiB/s }]\n"
	  "session: [connect, read-memory: { name: read, duration: 800ms, "
	  "warmup: 1 }]\n",
	  0 },
	{ "bench-idle", "What does a target cost that nobody asks anything?",
	  "session:\n"
	  "  - connect\n"
	  "  - idle: { name: stopped, duration: 2s }\n"
	  "  - idle: { name: running, state: running, duration: 2s }\n",
	  2 },
	{ 0 },
};

#define SPIN "host.wait: spin, guest.idle: poll"

const struct bench_row bench_rows[] = {
	{ "uart-115200", "bench", "transport: uart, time: 800ms, words: 10",
	  "isa-serial at 115200 baud" },
	{ "uart-unthrottled", "bench",
	  "transport: uart-unthrottled, time: 500ms, words: 20",
	  "isa-serial, as fast as QEMU takes it" },
	{ "byteport", "bench", "transport: byteport, time: 400ms, words: 100",
	  "one byte a trap" },
	{ "virtio", "bench", "transport: virtio, time: 300ms, words: 2000",
	  "virtio-serial" },
	{ "ring", "bench", "transport: ring, time: 300ms, words: 20000",
	  "rings in shared memory, both ends adaptive" },
	{ "ring-spin", "bench",
	  "transport: ring, time: 300ms, words: 20000, " SPIN,
	  "the same, both ends spinning" },
	{ "ring-packet", "bench",
	  "transport: ring-packet, time: 300ms, words: 20000",
	  "rings of reliable records" },
	{ "ring-dma", "bench-physical", "transport: ring-dma",
	  "physical reads out of the mapped RAM" },
	{ "native", "bench", "transport: native, time: 300ms, words: 20000",
	  "the target as a process of the host" },
	/* A trigger of 14: QEMU then receives as fast as the line. */
	{ "line-9600", "bench-line",
	  "transport: uart, transport.baud: 9600, transport.rx-trigger: 14",
	  NULL },
	{ "line-115200", "bench-line",
	  "transport: uart, transport.baud: 115200, transport.rx-trigger: 14",
	  NULL },
	{ "line-921600", "bench-line",
	  "transport: uart, transport.baud: 921600, transport.rx-trigger: 14",
	  NULL },
	{ "chain-none", "bench-chain-none", "transport: ring", NULL },
	{ "chain-empty", "bench-chain-empty", "transport: ring", NULL },
	{ "chain-pass", "bench-chain-pass", "transport: ring", NULL },
	/* Nobody sleeps: it is the pacing that is measured, no wake-up. */
	{ "throttle", "bench-throttle", "transport: ring, " SPIN, NULL },
	{ "idle-ring", "bench-idle",
	  "transport: ring, host.wait: block, guest.idle: hlt", NULL },
	{ "idle-uart", "bench-idle", "transport: uart", NULL },
	{ 0 },
};

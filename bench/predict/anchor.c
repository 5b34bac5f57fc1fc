/* SPDX-License-Identifier: MIT */
#include "bench/predict/anchor.h"

#include <math.h>
#include <string.h>

#include "bench/base/mem.h"

/* The software KVM: cycles of 1/2.596 ns for a port access and an empty turn
 * of a loop, which is two instructions. */
#define CYCLE_NS (1 / 2.596)
#define EMULATED_TRAP_NS (24000 * CYCLE_NS)
#define EMULATED_TURN_NS (4500 * CYCLE_NS)
#define LOOP_INSTRUCTIONS 2

/* Of a byte over the UART, as counted there. */
#define TRAPS_PER_BYTE 2.05
#define INSTRUCTIONS_PER_BYTE 19

/* An exit to QEMU on hardware: from here to there. */
#define EXIT_LOW_NS 2000
#define EXIT_HIGH_NS 4000

/* ReadVirtualMemory in serial framing, and its answer of 2 KiB; the ACKs. */
#define REQUEST_BYTES 73
#define REPLY_BYTES (16 + 16 + 56 + 2048 + 1)
#define TRIGGER_HIGH 14

/* Costs over a UART that are the host's, not the guest's. */
struct uart_costs {
	double out, turn, in;
};

/* The merged and the absent count nothing. */
static double or_nothing(double ns)
{
	return isnan(ns) ? 0 : ns;
}

static struct uart_costs find_costs(const struct models *m)
{
	for (size_t i = 0; i < m->count; i++) {
		const double *of = m->items[i].costs.of[PATH_UART];

		if (!isnan(of[COST_BYTE_OUT]) && !isnan(of[COST_IN_TURN]))
			return (struct uart_costs){
				of[COST_BYTE_OUT], of[COST_IN_TURN],
				or_nothing(of[COST_BYTE_IN])
			};
	}
	return (struct uart_costs){ NAN, NAN, NAN };
}

static double per_second(double ns)
{
	return 1e9 / ns;
}

/* A byte on the software KVM, but for what its line costs the host. */
static double emulated(double instruction_ns)
{
	return TRAPS_PER_BYTE * EMULATED_TRAP_NS +
	       (INSTRUCTIONS_PER_BYTE - TRAPS_PER_BYTE) * instruction_ns;
}

void anchors_make(struct anchor to[ANCHOR_COUNT], const struct models *m)
{
	static const char software[] = "a software KVM that emulates each "
				       "instruction, QEMU 7.2";
	static const char windows[] = "ntoseye's documentation: Windows on "
				      "QEMU's 16550";
	struct uart_costs uart = find_costs(m);
	double instruction = EMULATED_TURN_NS / LOOP_INSTRUCTIONS;
	double request = REQUEST_BYTES * (uart.turn + uart.in);
	double low = TRAPS_PER_BYTE * EXIT_LOW_NS + uart.out;
	double high = TRAPS_PER_BYTE * EXIT_HIGH_NS + uart.out;
	const struct anchor rows[ANCHOR_COUNT] = {
		{ "emulated-kvm-out", "UART, a byte at a time to the debugger",
		  software, true, 28235,
		  per_second(emulated(instruction) + uart.out), NAN,
		  "2.05 traps of 9.2 us, 17 other instructions of 0.87 us (an "
		  "empty turn of a loop is two), and this run's byte-out" },
		{ "emulated-kvm-out-turns", "the same", software, true, 28235,
		  per_second(TRAPS_PER_BYTE * EMULATED_TRAP_NS +
			     INSTRUCTIONS_PER_BYTE * EMULATED_TURN_NS +
			     uart.out),
		  NAN,
		  "each of 19 instructions taken for a whole turn of the "
		  "empty loop: too much, which is why the loop's two "
		  "instructions matter" },
		{ "emulated-kvm-in", "UART, FIFO of 14, from the debugger",
		  software, true, 17750,
		  per_second(emulated(instruction) + uart.in +
			     uart.turn / TRIGGER_HIGH),
		  NAN,
		  "as many instructions a byte as the other way, since those "
		  "of the receiving loop, which compared each byte with a "
		  "pattern, were not counted: expect too much" },
		{ "windows-request", "until Windows sees a request of 73 bytes",
		  windows, false, 2e6, request, NAN,
		  "a turn of QEMU's main loop for each byte, at the trigger "
		  "level 1 that kdcom programs; no cost of Windows' own" },
		{ "windows-byte-low", "a byte of a reply, exits of 2 us",
		  windows, false, 5e3, low, NAN,
		  "2.05 exits and this run's byte-out; no cost of Windows' "
		  "own" },
		{ "windows-byte-high", "a byte of a reply, exits of 4 us",
		  windows, false, 5e3, high, NAN,
		  "the same with slower exits: the documented machine must "
		  "have had fast ones" },
		{ "windows-2kib", "a read of 2 KiB, exits of 2 us", windows,
		  false, 12e6, request + REPLY_BYTES * low, NAN,
		  "the request, and 2137 bytes of ACK and reply" },
	};

	memcpy(to, rows, sizeof(rows));
	for (size_t i = 0; i < ANCHOR_COUNT; i++)
		to[i].error = to[i].modelled / to[i].documented - 1;
}

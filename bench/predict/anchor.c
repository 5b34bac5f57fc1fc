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
	static const char software[] = "measured with QEMU 7.2 on a KVM that "
				       "emulates each instruction";
	static const char windows[] = "ntoseye's documentation: Windows on "
				      "QEMU's 16550";
	struct uart_costs uart = find_costs(m);
	double instruction = EMULATED_TURN_NS / LOOP_INSTRUCTIONS;
	double request = REQUEST_BYTES * (uart.turn + uart.in);
	double low = TRAPS_PER_BYTE * EXIT_LOW_NS + uart.out;
	double high = TRAPS_PER_BYTE * EXIT_HIGH_NS + uart.out;
	const struct anchor rows[ANCHOR_COUNT] = {
		{ "emulated-kvm-out", "software KVM: UART to the debugger",
		  software, true, 28235,
		  per_second(emulated(instruction) + uart.out), NAN,
		  "2.05 port accesses of 9.2 us, 17 other instructions of "
		  "0.87 us (half an empty turn of a loop), this run's "
		  "byte-out" },
		{ "emulated-kvm-out-turns", "the same", software, true, 28235,
		  per_second(TRAPS_PER_BYTE * EMULATED_TRAP_NS +
			     INSTRUCTIONS_PER_BYTE * EMULATED_TURN_NS +
			     uart.out),
		  NAN,
		  "19 instructions at a whole turn of the loop each: too "
		  "much, a turn is two" },
		{ "emulated-kvm-in", "software KVM: UART from the debugger",
		  software, true, 17750,
		  per_second(emulated(instruction) + uart.in +
			     uart.turn / TRIGGER_HIGH),
		  NAN,
		  "as the way out, with this run's byte-in and a turn for "
		  "14 bytes; nobody counted the instructions of that loop, "
		  "which compared each byte" },
		{ "windows-request", "Windows: until it sees a request",
		  windows, false, 2e6, request, NAN,
		  "73 bytes, a turn of QEMU's main loop for each; a guest "
		  "that polls under TCG holds it up" },
		{ "windows-byte-low", "Windows: a byte of the reply", windows,
		  false, 5e3, low, NAN,
		  "2.05 exits of 2 us and this run's byte-out, which has the "
		  "guest's own work under TCG in it" },
		{ "windows-byte-high", "the same", windows, false, 5e3, high,
		  NAN,
		  "with exits of 4 us: the documented machine had faster "
		  "ones" },
		{ "windows-2kib", "Windows: a read of 2 KiB", windows, false,
		  12e6, request + REPLY_BYTES * low, NAN,
		  "the request, then 2137 bytes of ACK and reply, exits of "
		  "2 us" },
	};

	memcpy(to, rows, sizeof(rows));
	for (size_t i = 0; i < ANCHOR_COUNT; i++)
		to[i].error = to[i].modelled / to[i].documented - 1;
}

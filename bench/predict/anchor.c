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

/* Has it a fit over the UART? */
static bool knows_uart(const struct model *m)
{
	const double *of = m->costs.of[PATH_UART];

	return !isnan(of[COST_BYTE_OUT]) && !isnan(of[COST_IN_TURN]);
}

static const struct model *find_model(const struct models *m)
{
	const struct model *found = NULL;

	for (size_t i = 0; i < m->count; i++) {
		const struct model *model = &m->items[i];
		char why[160];

		if (!knows_uart(model))
			continue;
		if (model_good(model, why))
			return model;
		if (!found)
			found = model;
	}
	return found;
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

static const char software[] = "QEMU 7.2 on a KVM that emulates each "
			       "instruction, measured";
static const char windows[] = "ntoseye's documentation";

/* What was documented, and what the model's number is made of. */
static const struct {
	const char *name, *what, *source;
	bool rate;
	double documented;
	const char *fitted; /* with costs over a UART */
	const char *tcg;    /* if they are of TCG, unless that is the same */
	const char *bare;   /* without */
} known[ANCHOR_COUNT] = {
	{ "emulated-kvm-out", "software KVM, UART, to the debugger", software,
	  true, 28235,
	  "2.05 port accesses of 9.2 \u00b5s, 17 instructions of "
	  "0.87 \u00b5s, byte-out",
	  NULL,
	  "2.05 port accesses of 9.2 \u00b5s, 17 instructions of "
	  "0.87 \u00b5s; without the host's work" },
	{ "emulated-kvm-out-turns", "the same, an instruction a turn of a loop",
	  software, true, 28235,
	  "19 instructions of 1.73 \u00b5s: too dear, a turn is two "
	  "instructions",
	  NULL,
	  "19 instructions of 1.73 \u00b5s: too dear, a turn is two "
	  "instructions" },
	{ "emulated-kvm-in", "software KVM, UART, to the target", software,
	  true, 17750,
	  "as the way out, with byte-in and a turn for 14 bytes; its "
	  "instructions were never counted",
	  NULL, "as the way out; its instructions were never counted" },
	{ "windows-request", "Windows, until it sees a request", windows, false,
	  2e6, "73 bytes, in-turn for each",
	  "73 bytes, in-turn for each; a guest polling under TCG holds QEMU up",
	  "73 turns of QEMU's main loop: not known without a fit over the "
	  "UART" },
	{ "windows-byte-low", "Windows, a byte of the reply", windows, false,
	  5e3, "2.05 exits of 2 \u00b5s, and byte-out",
	  "2.05 exits of 2 \u00b5s, and byte-out, which holds TCG's own work",
	  "2.05 exits of 2 \u00b5s; without the host's work" },
	{ "windows-byte-high", "the same, slower exits", windows, false, 5e3,
	  "2.05 exits of 4 \u00b5s, and byte-out", NULL,
	  "2.05 exits of 4 \u00b5s; without the host's work" },
	{ "windows-2kib", "Windows, a read of 2 KiB", windows, false, 12e6,
	  "the request, and 2137 bytes with exits of 2 \u00b5s", NULL,
	  "begins with the request: not known without a fit over the UART" },
};

static const char *made_of(size_t anchor, const struct model *by)
{
	if (!by)
		return known[anchor].bare;
	if (strcmp(by->accel, "tcg") == 0 && known[anchor].tcg)
		return known[anchor].tcg;
	return known[anchor].fitted;
}

/* The model's numbers, in the order of what is known. */
static void modelled(double to[ANCHOR_COUNT], bool fit, struct uart_costs uart)
{
	double instruction = EMULATED_TURN_NS / LOOP_INSTRUCTIONS;
	double low = TRAPS_PER_BYTE * EXIT_LOW_NS + uart.out;
	double in = uart.in + uart.turn / TRIGGER_HIGH;

	to[0] = per_second(emulated(instruction) + uart.out);
	to[1] = per_second(TRAPS_PER_BYTE * EMULATED_TRAP_NS +
			   INSTRUCTIONS_PER_BYTE * EMULATED_TURN_NS + uart.out);
	to[2] = per_second(emulated(instruction) + in);
	to[3] = fit ? REQUEST_BYTES * (uart.turn + uart.in) : NAN;
	to[4] = low;
	to[5] = TRAPS_PER_BYTE * EXIT_HIGH_NS + uart.out;
	to[6] = to[3] + REPLY_BYTES * low;
}

const struct model *anchors_make(struct anchor to[ANCHOR_COUNT],
				 const struct models *m)
{
	const struct model *by = find_model(m);
	struct uart_costs uart = { 0 };
	double values[ANCHOR_COUNT];

	if (by) {
		const double *of = by->costs.of[PATH_UART];

		uart = (struct uart_costs){ of[COST_BYTE_OUT], of[COST_IN_TURN],
					    or_nothing(of[COST_BYTE_IN]) };
	}
	modelled(values, by, uart);
	for (size_t i = 0; i < ANCHOR_COUNT; i++)
		to[i] = (struct anchor){
			.name = known[i].name,
			.what = known[i].what,
			.source = known[i].source,
			.rate = known[i].rate,
			.documented = known[i].documented,
			.modelled = values[i],
			.error = values[i] / known[i].documented - 1,
			.why = made_of(i, by),
		};
	return by;
}

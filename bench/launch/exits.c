/* SPDX-License-Identifier: MIT */
#include "bench/launch/exits.h"

const char *const exit_names[EXIT_KIND_COUNT] = {
	[EXIT_ALL] = "exits",          [EXIT_IO] = "io_exits",
	[EXIT_MMIO] = "mmio_exits",    [EXIT_HALT] = "halt_exits",
	[EXIT_IRQ] = "irq_injections", [EXIT_EMULATION] = "insn_emulation",
};

void exit_counts_since(struct exit_counts *to, const struct exit_counts *from)
{
	for (unsigned i = 0; i < EXIT_KIND_COUNT; i++) {
		if (to->of[i] == EXIT_UNKNOWN || from->of[i] == EXIT_UNKNOWN ||
		    to->of[i] < from->of[i])
			to->of[i] = EXIT_UNKNOWN;
		else
			to->of[i] -= from->of[i];
	}
}

/* SPDX-License-Identifier: MIT */
/*
 * target.poll-cost: what one read of the line status register takes. kdcom
 * counts them instead of time, so a time-out of polls is as long as they cost.
 * 'measured' states nothing: a guest in QEMU counts its looks at the line, and
 * they cost what they cost.
 */
#include <string.h>

#include "bench/base/err.h"
#include "bench/base/units.h"
#include "bench/plan/profile.h"

#define COST_MAX_NS UINT64_C(1000000000)

/*
 * hw: the usual microsecond of a read on an ISA bus, with which SING's
 * 1,024,000 loops are the second that its comments speak of. kvm: an exit to
 * QEMU, 2 to 4 us. tcg: a call inside QEMU, measured as 60 ns on the machine
 * that kdbench was made on.
 */
static const struct {
	const char *name;
	uint64_t cost_ns;
} costs[] = {
	{ "hw", 1000 },
	{ "kvm", 3000 },
	{ "tcg", 60 },
	{ "measured", POLL_COST_MEASURED },
};

bool poll_cost_read(uint64_t *cost_ns, const char *text, const char *name,
		    struct err_where where, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(costs); i++) {
		if (strcmp(costs[i].name, text) == 0) {
			*cost_ns = costs[i].cost_ns;
			return true;
		}
	}
	if (units_read(UNIT_DURATION, text, cost_ns) == UNITS_OK &&
	    *cost_ns >= 1 && *cost_ns <= COST_MAX_NS)
		return true;
	err_at(err, where, "'%s' cannot be '%s'", name, text);
	return err_hint(err,
			"hw, kvm, tcg, measured, or a duration from 1ns to "
			"1s such as 800ns");
}

/* SPDX-License-Identifier: MIT */
#include "bench/session/think.h"

#include "bench/base/hash.h"
#include "bench/base/mem.h"

#define WINDBG_ACK_NS 214000

/* Quantiles (k + 1/2) / 16 of reply received to next request, microseconds. */
static const uint16_t windbg_gap_us[] = { 195, 216, 230,  240, 261, 273,
					  294, 330, 374,  453, 476, 538,
					  667, 759, 1124, 7527 };

uint64_t think_ack_ns(const struct think *t)
{
	switch (t->kind) {
	case THINK_WINDBG:
	case THINK_RECORDED: return WINDBG_ACK_NS;
	case THINK_FIXED: return t->ack_ns;
	case THINK_NONE: break;
	}
	return 0;
}

uint64_t think_gap_ns(const struct think *t, uint64_t seed, uint64_t index)
{
	uint64_t draw = hash_add(seed, index);

	switch (t->kind) {
	case THINK_WINDBG:
	case THINK_RECORDED:
		return UINT64_C(1000) *
		       windbg_gap_us[draw % ARRAY_SIZE(windbg_gap_us)];
	case THINK_FIXED: return t->gap_ns;
	case THINK_NONE: break;
	}
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* Which stage is speaking. Private to inject. */
#ifndef INJECT_STAGE_OUT_H
#define INJECT_STAGE_OUT_H

#include "inject/chain.h"

struct stage_out {
	struct chain *chain;
	unsigned index;
	bool per_byte; /* asked for, or by default */
	bool noted;    /* it has done something */
};

/* At how many bytes on their way the stages make a chain stop reading. */
uint64_t stages_hold(const struct chain_spec *spec);

/* A hash of what decides what the stage does from now on. */
uint64_t stage_digest(const struct chain *c, unsigned index, uint64_t now);

#endif

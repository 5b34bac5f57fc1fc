/* SPDX-License-Identifier: MIT */
/* 'trials:' of a scenario, and which of them are disturbed. */
#ifndef PLAN_TRIALS_H
#define PLAN_TRIALS_H

#include "bench/plan/resolve.h"

/* Decode from the layers; the resolver's params get the settings. */
bool trials_resolve(struct trials_config *trials, struct resolver *r);

/* The same of 'interference:'. */
bool interference_resolve(struct interference_config *interference,
			  struct resolver *r);

#endif

/* SPDX-License-Identifier: MIT */
/* 'trials:' of a scenario. */
#ifndef PLAN_TRIALS_H
#define PLAN_TRIALS_H

#include "bench/plan/resolve.h"

/* Decode from the layers; the resolver's params get the settings. */
bool trials_resolve(struct trials_config *trials, struct resolver *r);

#endif

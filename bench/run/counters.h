/* SPDX-License-Identifier: MIT */
#ifndef RUN_COUNTERS_H
#define RUN_COUNTERS_H

#include "bench/kd/kdbb.h"

/* What the guest's counters are called in results, by enum kdbb_counter. */
extern const char *const counter_names[KDBB_COUNTER_COUNT];

#endif

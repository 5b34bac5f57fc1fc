/* SPDX-License-Identifier: MIT */
/* What the guest counts about itself, in the order of bench/kd/kdbb.h. */
#ifndef GUEST_COUNTERS_H
#define GUEST_COUNTERS_H

#include "bench/kd/kdbb.h"

extern uint64_t counters[KDBB_COUNTER_COUNT];

#endif

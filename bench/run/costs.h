/* SPDX-License-Identifier: MIT */
#ifndef RUN_COSTS_H
#define RUN_COSTS_H

#include <jansson.h>

#include "bench/session/session.h"

/*
 * What a step 'calibrate' found out, as its record tells it: nanoseconds a
 * piece by the primitive's name, null where there is no such device. The caller
 * owns it.
 */
json_t *costs_record(const struct step_record *r);

#endif

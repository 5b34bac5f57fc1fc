/* SPDX-License-Identifier: MIT */
/* The order that tells what single things cost: KDBB_CALIBRATE. */
#ifndef GUEST_CALIBRATE_H
#define GUEST_CALIBRATE_H

#include "bench/guest/line.h"
#include "bench/guest/order.h"
#include "bench/guest/params.h"

/* 'line' is borrowed for ever. */
void calibrate_init(const struct line *line, const struct params *p);

/* Returns its RESULT0, how often it was done; the ticks are in o->ticks. */
uint64_t order_calibrate(struct order *o);

#endif

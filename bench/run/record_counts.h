/* SPDX-License-Identifier: MIT */
/* What the debugger's half counted, as JSON. New references. */
#ifndef RUN_RECORD_COUNTS_H
#define RUN_RECORD_COUNTS_H

#include <jansson.h>

#include "bench/kd/exchange.h"

/*
 * {packets, bytes}: what a perfect line would not have carried, that is copies,
 * damaged packets, RESENDs and RESETs, those of the first connection included.
 * null of records, which are never copied.
 */
json_t *record_wasted(const struct kd_counts *c);

/* All counts by name. */
json_t *record_debugger(const struct kd_counts *c);

#endif

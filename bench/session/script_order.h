/* SPDX-License-Identifier: MIT */
/* Private to script_build(): may rows follow one another as they do? */
#ifndef SESSION_SCRIPT_ORDER_H
#define SESSION_SCRIPT_ORDER_H

#include "bench/session/script.h"

/* Is this the number of an API that every target of ours refuses? */
bool script_is_unsupported(uint64_t api);

/*
 * Check that requests come while the target stands still and that what it does
 * comes while it runs, and number the events of each order that it is given:
 * one at the beginning, another behind each break-in.
 */
bool script_order(struct script *s, struct err *err);

#endif

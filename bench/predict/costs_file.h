/* SPDX-License-Identifier: MIT */
/*
 * A machine's costs as a file, to be carried from where they were measured to
 * where they are wanted. JSON, which docs/model.md describes:
 *
 *	{ "kdbench-costs": 1, "about": "...", "accel": "kvm",
 *	  "costs": { "port-read": 2500, "uart/byte-out": 1650, ... } }
 */
#ifndef PREDICT_COSTS_FILE_H
#define PREDICT_COSTS_FILE_H

#include <jansson.h>

#include "bench/base/err.h"
#include "bench/base/mem.h"
#include "bench/predict/cost.h"

/* No single thing takes longer than this. */
#define COSTS_NS_MAX 1e12

struct costs_file {
	const char *about; /* "" if not said; of an unknown hand, as is accel */
	const char *accel;
	struct cost_set costs;
};

/*
 * Read a file of any origin; texts go to the arena, and 'path' is borrowed for
 * messages. Failures are ERR_USAGE (there is no such file) or ERR_CONFIG with
 * the place.
 */
bool costs_file_read(struct costs_file *file, const char *path,
		     struct arena *arena, struct err *err);

/* The same as a value; the caller owns it. Unknown costs are left out. */
json_t *costs_file_json(const struct costs_file *file);

/* {"port-read": ns, "uart/request": ns, ...}; the caller owns it. */
json_t *costs_json(const struct cost_set *set);

#endif

/* SPDX-License-Identifier: MIT */
/* What is kept of a trial: its record and its files in the run directory. */
#ifndef RUN_KEEP_H
#define RUN_KEEP_H

#include "bench/run/rundir.h"
#include "bench/run/trial.h"

struct keep {
	struct rundir *dir;
	uint64_t seed;              /* of the run */
	const char *repeat_options; /* as typed, a blank behind each */
	char host_id[17];
};

/* Write the record, fault log, trace and, if it failed, why. */
bool keep_trial(struct keep *k, const struct trial *t,
		const char *invalid_reason, struct err *err);

#endif

/* SPDX-License-Identifier: MIT */
/* Where a run's numbers come from: its first record. */
#ifndef RUN_PROVENANCE_H
#define RUN_PROVENANCE_H

#include <jansson.h>

#include "bench/plan/plan.h"

struct provenance {
	const char *run_id;
	const char *command; /* as typed */
	uint64_t seed;
	const char *only; /* cells whose ids begin so; NULL: all */
	const struct plan *plan;
};

/* The 'run' record; the caller releases it. Runs 'qemu -version' once. */
json_t *provenance_record(const struct provenance *p);

/* A cell with its settings; the caller releases it. */
json_t *provenance_cell(const struct cell *cell);

/*
 * Identity of the machine, 16 hex digits: what has to match for two runs to be
 * comparable (CPU, cores, kernel, governor, nesting).
 */
void provenance_host_id(char id[17]);

#endif

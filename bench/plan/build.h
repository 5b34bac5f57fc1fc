/* SPDX-License-Identifier: MIT */
/* From the layers to cells: what plan_load() does once everything is read. */
#ifndef PLAN_BUILD_H
#define PLAN_BUILD_H

#include "bench/plan/config.h"
#include "bench/plan/resolve.h"
#include "bench/plan/scenario.h"

struct builder {
	struct plan *plan;
	const struct plan_input *input;
	struct config config;
	struct assignments overrides;
	struct params params; /* of the run; every cell repeats them */
	/* Names of all variables, to tell a mistyped --set. */
	const char **variables;
	size_t variable_count;
	struct err *err;
};

/* bench.yaml has been read: decode qemu, files and results. */
bool build_run(struct builder *b);

/* Decode one scenario into 'to', whose path and text are set. */
bool build_scenario(struct builder *b, const struct scenario_source *source,
		    struct scenario *to);

/*
 * Decode one combination. The cell's scenario is set; r->params gets its
 * settings. 'variables' are the combination's; those used are marked.
 */
struct scope;
bool build_cell(struct builder *b, struct resolver *r, struct cell *cell,
		const struct scenario_source *source, struct scope *scope);

#endif

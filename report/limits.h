/* SPDX-License-Identifier: MIT */
/*
 * The ladder: how fast memory moves by each of our transports, and by the
 * neighbours and limits that stand beside them, from copying it down to asking
 * gdb. Of one accelerator at a time; what needs no guest is in all of them.
 */
#ifndef REPORT_LIMITS_H
#define REPORT_LIMITS_H

#include "report/sheet.h"
#include "report/summary.h"

struct rung {
	const struct result_limit *limit;
	const char *name; /* "ring" for kd:ring */
	bool ours;
	struct spread rate;
};

struct ladder {
	enum world world;
	struct rung *rungs; /* memcpy first, then by rate, the fastest first */
	size_t count;
	const struct rung *base; /* kd:ring, or the fastest of ours; or NULL */
	struct rung *skipped;    /* those without any rate */
	size_t skipped_count;
};

/* The ladders of a run, one for each accelerator; in the summary's arena. */
struct ladders {
	struct ladder *rows;
	size_t count;
};
struct ladders limits_make(struct summary *s);

/* "1/3.2 of", "12×": how a rung stands to the base; NULL: it is the base. */
const char *limits_ratio(struct arena *arena, const struct ladder *ladder,
			 const struct rung *rung);

/* What "times ..." refers to: "ring"; NULL if none of ours was measured. */
const char *limits_base(const struct ladder *ladder);

/* Why a rung has no rate. */
const char *limits_reason(const struct rung *rung);

/* What is seen, in words and ratios. */
const char *limits_caption(struct arena *arena, const struct ladder *ladder);

/* The ladder as a table, skipped rungs and their reasons below it. */
void limits_sheet(struct sheet *sheet, struct arena *arena,
		  const struct ladder *ladder);

#endif

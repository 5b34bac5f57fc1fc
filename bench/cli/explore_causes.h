/* SPDX-License-Identifier: MIT */
/* The causes of what failed, for 'kdbench explore': table, files, charts. */
#ifndef CLI_EXPLORE_CAUSES_H
#define CLI_EXPLORE_CAUSES_H

#include <jansson.h>

#include "bench/explore/cause.h"

/* Charts that are shown on the terminal, each of another verdict. */
#define EXPLORE_CHARTS_MAX 8

/* Of one cause, the shortest there is of its verdict. */
struct explore_chart {
	char *text; /* owned: a heading and the chart */
	uint8_t verdict;
	uint64_t acts;
};

struct explore_charts {
	struct explore_chart items[EXPLORE_CHARTS_MAX];
	size_t count;
};

/* Of which pair, and where to. Texts are borrowed. */
struct explore_causes_input {
	const struct cell *cell;
	const char *label;  /* "naive against ms" */
	const char *name;   /* of files: "smoke-naive-ms" */
	const char *repeat; /* the command without its schedule */
	const char *config; /* bench.yaml, or NULL */
	const char *dir;    /* causes/ goes there; NULL: nowhere */
};

/*
 * Tell of the causes of one pair: *table is for the terminal, *records has an
 * object for each; both are the caller's. With a directory each is a scenario
 * and a chart there. 'w' is the world that they were found in. False: the
 * harness failed.
 */
bool explore_causes_tell(const struct explore_causes_input *in, struct world *w,
			 const struct survey *s, const struct causes *c,
			 struct explore_charts *charts, char **table,
			 json_t **records, struct err *err);

/* Print at most 'count' charts. */
void explore_charts_print(FILE *out, const struct explore_charts *c,
			  size_t count);
void explore_charts_release(struct explore_charts *c);

#endif

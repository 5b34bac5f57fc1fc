/* SPDX-License-Identifier: MIT */
/* What a search found, as a line of results.jsonl. */
#ifndef RUN_SEARCH_RECORD_H
#define RUN_SEARCH_RECORD_H

#include "bench/plan/search.h"
#include "bench/run/bisect.h"
#include "bench/run/suite_cell.h"

enum search_state {
	SEARCH_CLIFF,      /* good at 'good', bad from 'bad' on */
	SEARCH_ALL_GOOD,   /* nothing bad was found */
	SEARCH_NO_GOOD,    /* the first point is bad already */
	SEARCH_NO_CHOICE,  /* the setting means nothing here */
	SEARCH_LOST,       /* an end could not be tried */
	SEARCH_UNFINISHED, /* interrupted before both ends were tried */
};

struct search_point {
	struct progress progress;
	enum bisect_mark mark;
	size_t order; /* from 1; 0: it was not tried */
	bool probe;   /* tried for what lies beyond the cliff */
};

/* Of one combination of the rest of the matrix. */
struct search_hunt {
	const struct cell *cell;     /* the first one */
	const char *label;           /* of all, without the searched setting */
	struct search_point *points; /* as many as the search has; owned */
	size_t tried;
	double reference, least; /* bytes/s at the first point, and what the
				    others have to reach; 0: any will do */
	enum search_state state;
	size_t good, bad; /* of SEARCH_CLIFF */
	size_t island;    /* good, and behind a bad one; no point: none */
	bool complete;    /* nothing was left to be tried */
};

/* The record; the caller releases it. */
json_t *search_record(const struct search_hunt *h, const struct search *s);

#endif

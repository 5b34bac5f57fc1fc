/* SPDX-License-Identifier: MIT */
/*
 * A session as a message chart: a row for each packet, from the end that sent
 * it to the end that heard it, with what became of it on the way.
 */
#ifndef EXPLORE_CHART_H
#define EXPLORE_CHART_H

#include <stdio.h>

#include "bench/decode/capture.h"
#include "bench/explore/recording.h"

/* Neither end's state is known. */
#define CHART_UNKNOWN UINT8_MAX

enum chart_how {
	CHART_PASSED, /* as it was sent */
	CHART_BROKEN, /* sent, and did not arrive so, or not at all */
	CHART_HEARD,  /* arrived, and was not sent so */
};

struct chart_row {
	uint64_t t_ns;
	uint8_t dir;    /* enum fault_dir */
	uint8_t how;    /* enum chart_how */
	bool fault;     /* a fault acted on it */
	char label[96]; /* "request 3 ReadVirtualMemory ... 80800800" */
	char *notes;    /* owned: what the faults did, a line each; NULL */
	struct world_ends ends; /* behind it; CHART_UNKNOWN */
};

struct chart {
	struct chart_row *rows; /* owned */
	size_t count, room;
	char ending[320]; /* the last line: verdict and detail */
};

/* What a chart is made of. */
struct chart_input {
	const struct capture *capture; /* both ends, if there are faults */
	const struct fault_act *acts;
	size_t act_count;
	const struct ends_since *ends; /* may be none */
	size_t end_count;
	const char *verdict, *detail;
};

void chart_make(struct chart *c, const struct chart_input *in);

/* The chart of a recording. */
void chart_recorded(struct chart *c, const struct recording *r);

/* How much is shown: rows before the first fault, and in all; 0: everything. */
struct chart_window {
	size_t before, rows;
};

/* Lines of at most 80 columns; whatever came from a line is made harmless. */
void chart_print(FILE *out, const struct chart *c,
		 const struct chart_window *w);

/* The same as a picture: one <svg> element, for a page or a file. */
void chart_svg(FILE *out, const struct chart *c, const struct chart_window *w);

/* Which rows a window shows: [from, first) and [second, count). */
struct chart_cut {
	size_t from, first, second;
};
struct chart_cut chart_cut(const struct chart *c, const struct chart_window *w);

/* What the states of the ends are called; "" for CHART_UNKNOWN. */
const char *chart_debugger_state(uint8_t state);
const char *chart_target_state(uint8_t state);

void chart_release(struct chart *c);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The picture of a phase diagram: costs of a poll against delays, a colour for
 * how a session ends, and over it what was measured.
 */
#ifndef REPORT_PHASE_MAP_H
#define REPORT_PHASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "bench/base/err.h"

/* An end, from good to bad. Texts are borrowed, here and below. */
struct phase_map_end {
	const char *name, *help;
	char letter;     /* of the map on a terminal */
	unsigned colour; /* 0xrrggbb */
};

struct phase_map_cell {
	uint8_t end; /* index of the worst */
	bool rare;   /* few places end so, or as badly */
};

/* A transport at its measured cost of a poll. */
struct phase_map_dot {
	char name[64]; /* "ring, tcg" */
	double cost_ns;
	double low_ns, high_ns; /* its own delays; low is drawn */
};

/* A trial or some on a real guest, at one point. */
struct phase_map_check {
	double cost_ns, delay_ns;
	uint8_t end; /* of the worst of them */
	bool agrees; /* with what was simulated */
	char name[64];
	uint32_t trials;
};

/* A delay or a cost that somebody measured. */
struct phase_map_line {
	double ns;
	const char *name;
};

#define PHASE_DOTS_MAX 24

struct phase_map {
	const char *title, *about;
	const char *axis; /* what the delay is of */
	const struct phase_map_end *ends;
	size_t end_count;
	size_t columns, rows;
	const double *costs_ns, *delays_ns; /* ascending, evenly spaced logs */
	const struct phase_map_cell *cells; /* column by column */
	const char *rare;                   /* what 'rare' is, for the legend */
	double polls;
	/* The time-outs at which iso-lines are drawn. */
	const double *isos_ns;
	size_t iso_count;
	const struct phase_map_line *lines; /* delays, ascending */
	size_t line_count;
	const struct phase_map_line *known; /* costs, ascending */
	size_t known_count;
	const struct phase_map_dot *dots; /* PHASE_DOTS_MAX at most */
	size_t dot_count;
	const struct phase_map_check *checks;
	size_t check_count;
	const char *const *caption; /* lines below, ended by NULL */
};

/* For the terminal: a letter for each point, on coarse grids as many of them as
   the labels need; long delays on top. */
void phase_map_text(FILE *out, const struct phase_map *m);

/*
 * Draw <dir>/phase.svg and .png; false (ERR_HOST): there is no gnuplot, or it
 * failed.
 */
bool phase_map_picture(const struct phase_map *m, const char *dir,
		       const char *gnuplot, struct err *err);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The pictures of a scenario. Which ones there are follows from what was
 * measured, not from what the scenario is called: each function below draws
 * its picture if the data for it are there, and else does nothing.
 */
#ifndef REPORT_PICTURES_H
#define REPORT_PICTURES_H

#include "report/plot.h"
#include "report/rows.h"
#include "report/summary.h"

/* Rows that one picture may have; what is beyond stands in the table only. */
#define PICTURE_ROWS_MAX 80

/* What a picture belongs to. */
enum pictures_of { PICTURES_SCENARIO, PICTURES_LADDER, PICTURES_PROMPT };

/* A picture that was drawn. */
struct picture {
	const struct scenario_summary *scenario; /* NULL: the whole run */
	enum pictures_of of;
	const char *name;    /* of its files, without .svg */
	const char *title;   /* may come from results */
	const char *caption; /* what is seen, in words and ratios; the same */
};

/* The pictures of a report, and what is needed to make more. */
struct pictures {
	struct summary *summary;
	const char *dir;     /* of the report */
	const char *prefix;  /* of file names: "" or "run2-" */
	const char *gnuplot; /* the program */
	const struct scenario_summary
		*whole; /* what is being drawn, of which; NULL: the run */
	enum pictures_of of;
	const char
		*suffix; /* the functions below get one world: "-tcg" or "" */
	struct picture *list;
	size_t count;
	size_t failed;     /* that gnuplot did not make */
	struct err reason; /* of the first of those */
};

/*
 * Draw everything there is to draw of a scenario; one that was measured in
 * several worlds has pictures of each.
 */
void pictures_draw(struct pictures *ps, const struct scenario_summary *s);

/* Draw what belongs to the run and to no scenario: the ladder and such. */
void pictures_draw_run(struct pictures *ps);

/* The ladders; "time to prompt", of each accelerator. */
void picture_ladders(struct pictures *ps);
void picture_prompt(struct pictures *ps);

/* Finish a plot and add it to the list. 'kind' becomes part of its name. */
void pictures_add(struct pictures *ps, struct plot *plot, const char *kind,
		  const char *title, const char *caption);

/* "tcg, 3 trials a cell", for the line below a title; in the arena. */
const char *pictures_conditions(struct pictures *ps,
				const struct scenario_summary *s);

/* "latency: verdicts, tcg"; the world only if there are several. */
const char *pictures_title(struct pictures *ps,
			   const struct scenario_summary *s, const char *what);

/* Which values a search tried, and where the result turns. */
void picture_search(struct pictures *ps, const struct scenario_summary *s);
/* Throughput, CPU load, CPU per MB and traps per byte, one bar a cell. */
void picture_throughput(struct pictures *ps, const struct scenario_summary *s);
/* Lines a second and how much slower the guest was. */
void picture_storm(struct pictures *ps, const struct scenario_summary *s);
/* Rate and CPU load of steps that move no payload: single steps, being idle. */
void picture_load(struct pictures *ps, const struct scenario_summary *s);
/* Where the time of an operation goes: guest, transport, kdbench. */
void picture_split(struct pictures *ps, const struct scenario_summary *s);
/* CPU load and achieved rate against the rate that is asked for. */
void picture_sweep(struct pictures *ps, const struct scenario_summary *s);
/* Percentiles of the latency of each step. */
void picture_latency(struct pictures *ps, const struct scenario_summary *s);
/* The whole distribution, as percentile curves. */
void picture_curve(struct pictures *ps, const struct scenario_summary *s);
/* How long it took to recover from a fault. */
void picture_recovery(struct pictures *ps, const struct scenario_summary *s);
/* Which share of trials ended how. */
void picture_verdicts(struct pictures *ps, const struct scenario_summary *s);
/* Everything against an axis of numbers, such as byte loss. */
void picture_effect(struct pictures *ps, const struct scenario_summary *s);

#endif

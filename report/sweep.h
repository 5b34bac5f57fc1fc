/* SPDX-License-Identifier: MIT */
/*
 * A sweep of transfer rates: what each rate that was asked for cost, and where
 * a transport would carry no more.
 */
#ifndef REPORT_SWEEP_H
#define REPORT_SWEEP_H

#include "report/sheet.h"
#include "report/summary.h"

/* One rate, over the trials of a cell. Loads in per cent of one core. */
struct sweep_point {
	double offered; /* bytes/s */
	struct spread achieved;
	struct spread qemu, harness, load; /* load: both together */
	struct spread p50, p99;            /* ns from the intended start */
};

struct sweep {
	const struct cell_summary *cell;
	struct sweep_point *points; /* by offered rate, ascending */
	size_t count;
	const struct sweep_point *most; /* the highest achieved; NULL: none */
	bool saturated; /* somewhere it achieved less than nine tenths */
};

/* The sweeps of one step of a scenario, those of a world next to each other. */
struct sweeps {
	const char *step;
	struct sweep *rows;
	size_t count;
	/*
	 * The highest offered rate that all sweeps of a world achieved and of
	 * which the load is known, to compare them at; NAN if there is none.
	 */
	double common[WORLD_COUNT];
};

/* How many steps there are that sweep; their names are in *steps. */
size_t sweep_steps(struct arena *arena, const struct scenario_summary *s,
		   const char ***steps);

/* All cells' sweeps in the step called 'step'. In the arena. */
struct sweeps sweep_find(struct arena *arena, const struct scenario_summary *s,
			 const char *step);

/* The point at this offered rate if it was achieved to nine tenths, or NULL. */
const struct sweep_point *sweep_at(const struct sweep *sweep, double offered);

/* The sweep of the cell that 'sweep' is compared with, or NULL. */
const struct sweep *sweep_base(const struct sweeps *sweeps,
			       const struct scenario_summary *s,
			       const struct sweep *sweep);

/* "saturates at 408 MB/s", or "carries 1 GB/s or more" */
const char *sweep_end(struct arena *arena, const struct sweep *sweep);

/* One row a cell: where it saturates, and what the common rate costs. */
void sweep_brief(struct sheet *sheet, struct arena *arena,
		 const struct scenario_summary *s, const struct sweeps *sweeps);

/* Every point of every cell. */
void sweep_all(struct sheet *sheet, struct arena *arena,
	       const struct scenario_summary *s, const struct sweeps *sweeps);

#endif

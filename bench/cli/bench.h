/* SPDX-License-Identifier: MIT */
/*
 * What 'kdbench bench' measures and prints. A *source* is somebody who yields
 * numbers: a row (a cell of one of its scenarios) or a rung (a neighbour, see
 * bench/limit). A *line* is what is printed of one source, or of two in the
 * same round. Both are tables: a new transport is a row in bench_rows.c and its
 * lines in bench_lines.c.
 */
#ifndef CLI_BENCH_H
#define CLI_BENCH_H

#include <jansson.h>
#include <stdio.h>

#include "bench/base/mem.h"
#include "bench/limit/limit.h"
#include "bench/plan/plan.h"
#include "bench/run/trial.h"

/* What everybody reads: the pattern of its guest, see bench_plan.c. */
#define BENCH_BYTES (16 * 1024 * 1024)

/* What a source yields, once a round; NAN where it does not. */
enum bench_metric {
	BENCH_READ,        /* verified bytes per second */
	BENCH_WRITE,       /* the same */
	BENCH_WORD,        /* ns of an 8-byte read, median */
	BENCH_WORDS,       /* 8-byte reads per second */
	BENCH_TO_DEBUGGER, /* wire time of a paced line per time, reading */
	BENCH_TO_TARGET,   /* and writing */
	BENCH_PACE,        /* wire bytes per second, reading */
	BENCH_STOPPED,     /* per cent of a core: QEMU and kdbench together */
	BENCH_RUNNING,     /* the same, target running */
	BENCH_TRIP,        /* ns of a relayed round trip, median */
	BENCH_BOOT,        /* ns from exec to the first packet */
	BENCH_SESSIONS,    /* explored per second */
	BENCH_METRICS
};

/* --- rows: bench_rows.c ----------------------------------------------------
 */

#define BENCH_WHY_MAX 200

/* A scenario of ours, without its matrix. */
struct bench_scenario {
	const char *name;
	const char *about;
	const char *text;    /* faults, session, what else there is */
	uint64_t rounds_max; /* it takes part in so many rounds; 0: all */
};
extern const struct bench_scenario bench_scenarios[]; /* NULL name ends */

/* A cell. */
struct bench_row {
	const char *name;     /* of the source */
	const char *scenario; /* which one it is of */
	const char *cell;     /* its settings: "transport: ring, time: 1s" */
	const char *ladder;   /* what it is, if it stands on the ladder */
};
extern const struct bench_row bench_rows[]; /* NULL name ends */

/* --- what was measured: bench_samples.c ------------------------------------
 */

struct bench_source {
	const char *name;
	const struct bench_row *row;   /* or NULL */
	const struct limit_rung *rung; /* or NULL; both: "explore" */
	bool wanted;
	const struct cell *cell; /* of a row; NULL: not planned */
	char why[BENCH_WHY_MAX]; /* it yields nothing; "" if it does */
	double *values;          /* by metric and round; owned */
	bool *doubtful;          /* by round: it was disturbed; owned */
};

struct bench_samples {
	/* Rows, then rungs, then "explore"; owned. */
	struct bench_source *sources;
	size_t count;
	uint64_t rounds;
};

/* All sources, none wanted, nothing measured. Release in any case. */
void bench_samples_init(struct bench_samples *s, uint64_t rounds);
void bench_samples_release(struct bench_samples *s);

/* The source of this name, or NULL. */
struct bench_source *bench_source(const struct bench_samples *s,
				  const char *name);

/* Where a source's value of a round, counted from 1, is kept. */
double *bench_value(const struct bench_samples *s,
		    const struct bench_source *source, enum bench_metric metric,
		    uint64_t round);

/* Keep what a trial gave. */
void bench_samples_take(struct bench_samples *s, const struct trial *t,
			bool disturbed);

/*
 * What a source gave in this round, if it is to be shown; else NAN. What was
 * disturbed is shown only if all of it was.
 */
double bench_counted(const struct bench_samples *s,
		     const struct bench_source *source,
		     enum bench_metric metric, uint64_t round);

/* --- the plan: bench_plan.c ------------------------------------------------
 */

/*
 * Plan all wanted rows in plan->scenarios, and find their cells. One that this
 * program or machine does not have is no failure: its source says why. 'config'
 * is a path; NULL: bench.yaml if it is there. 'arena' must outlive the plan.
 */
bool bench_plan(struct plan *plan, struct bench_samples *s, const char *config,
		struct arena *arena, struct err *err);

/* A plan of nothing but the guest of the neighbours, in its one cell. */
bool bench_plan_guest(struct plan *plan, const char *config,
		      struct arena *arena, struct err *err);

/* --- the neighbours: bench_ladder.c ----------------------------------------
 */

struct bench_ladder {
	struct bench_samples *samples; /* borrowed */
	struct arena arena;
	struct plan plan; /* of their guest */
	struct launch_config launch;
	struct limit_setup setup;
	uint64_t seed;
	uint64_t round; /* the current one, from 1; 0: none */
	size_t next;    /* in its order */
};

/* Release in any case. */
bool bench_ladder_init(struct bench_ladder *l, struct bench_samples *s,
		       const char *config, uint64_t seed, struct err *err);
void bench_ladder_release(struct bench_ladder *l);

/*
 * A trial of this round begins: first one of the neighbours of the round, if
 * any is left, and all that are left of the rounds before.
 */
void bench_ladder_turn(struct bench_ladder *l, uint64_t round);

/* All that are left of all rounds. */
void bench_ladder_finish(struct bench_ladder *l);

/* The record of a source that stands on the ladder, or NULL. */
json_t *bench_ladder_record(const struct bench_samples *s,
			    const struct bench_source *source,
			    enum accel accel);

/* --- exploration: bench_explore.c -------------------------------------------
 */

/* Measure the source "explore" in all rounds, if it is wanted. */
void bench_explore(struct bench_samples *s);

/* --- lines: bench_lines.c --------------------------------------------------
 */

enum bench_kind {
	BENCH_VALUE,      /* of one source */
	BENCH_RATIO,      /* a / b, by round */
	BENCH_BEST,       /* the best of a / the best of b: what code costs
			     that costs less than the machine varies by */
	BENCH_DIFFERENCE, /* a - b, by round */
};

struct bench_line {
	const char *name; /* "# ..." is a heading */
	enum bench_metric metric;
	enum bench_kind kind;
	const char *a, *b; /* sources; a NULL: all rows */
	double scale;
	const char *unit;
	double low, high; /* the target; 0: none */
};
extern const struct bench_line bench_lines[]; /* NULL name ends */

/* Is it printed if 'only' is asked for? NULL: all are. */
bool bench_line_selected(const struct bench_line *line, const char *only);

/* Mark the sources of the selected lines; false: there is no such line. */
bool bench_lines_want(struct bench_samples *s, const char *only);

/* Its values, one each round, NANs left out; returns how many. */
size_t bench_line_values(const struct bench_line *line,
			 const struct bench_samples *s, double *values,
			 size_t room);

/* Print all selected lines with their headings. */
void bench_lines_print(FILE *out, const struct bench_samples *s,
		       const char *only);

#endif

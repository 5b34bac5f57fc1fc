/* SPDX-License-Identifier: MIT */
/*
 * A run boiled down: for every cell what became of its trials, and for every
 * number its median, interval and values. What all tables and pictures are
 * drawn from.
 *
 * Medians are over trials that are valid and finished (completed or
 * recovered). Those that did not finish delivered nothing that could be
 * timed; they show in the verdicts, never as a 0 among the medians. Nor do
 * those count that got on only after kdbench had ended their faults.
 */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "bench/result/histogram.h"
#include "bench/result/prediction.h"
#include "bench/result/results.h"
#include "report/metric.h"

/* Where time comes from. Numbers of two worlds are never put together. */
enum world {
	WORLD_TCG,
	WORLD_KVM,
	WORLD_VIRTUAL,  /* simulated: virtual time */
	WORLD_NATIVE,   /* the target as a process of the host */
	WORLD_ATTACHED, /* a target that someone else started */
	WORLD_UNKNOWN,
	WORLD_COUNT
};
extern const char *const world_names[WORLD_COUNT];
extern const char *const world_short_names[WORLD_COUNT]; /* for labels */

/* Verdicts in the order in which they are listed; what else there may be. */
enum verdict_slot {
	SLOT_COMPLETED,
	SLOT_RECOVERED,
	SLOT_GAVE_UP,
	SLOT_HANG,
	SLOT_LIVELOCK,
	SLOT_CORRUPT,
	SLOT_LOST_TARGET,
	SLOT_SPURIOUS_STOP,
	SLOT_ERROR,
	SLOT_OTHER,
	SLOT_COUNT
};
extern const char *const slot_names[SLOT_COUNT];

enum verdict_slot slot_of(const char *verdict);

/* The values of one number over the trials of a cell. */
struct spread {
	double median; /* NAN: not available */
	double low, high;
	double coverage; /* of the interval low..high; 0: one value only */
	double *values;  /* sorted */
	size_t n;
	size_t outliers; /* kept, but worth a note */
};

struct step_summary {
	const char *name;
	const char *kind;
	const char *state; /* "stopped", "running", or NULL */
	bool sweeps;       /* over several rates */
	bool has_costs;    /* of single things */
	struct spread of[METRIC_COUNT];
	struct histogram *latency; /* of all trials together; NULL if none */
};

struct cell_summary {
	const struct result_cell *cell;
	enum world world;
	const char *transport;    /* "-" if unknown */
	const char **axis_values; /* as written, in the scenario's order of
				     axes; "-": it has no such axis */
	const char *name;         /* "ring, loss 1e-4" */
	const char *label; /* the name, and the world if there are several */
	size_t valid;
	size_t invalid;
	size_t repeated; /* trials that were run more than once */
	size_t finished; /* valid, completed or recovered, and not healed */
	size_t verdicts[SLOT_COUNT]; /* of valid trials */
	/* Of those: got on only after kdbench had ended the faults. */
	size_t healed[SLOT_COUNT];
	size_t disturbed[SLOT_COUNT];   /* verdicts of the invalid trials */
	struct spread of[METRIC_COUNT]; /* of whole trials */
	struct step_summary *steps;     /* in which something was done */
	size_t step_count;
	const struct result_trial **timed; /* the trials that finished */
	size_t timed_count;
};

struct scenario_summary {
	const struct result_scenario *scenario;
	const char *axes;       /* "transport, loss": what names are made of */
	const char **axis_keys; /* "transport", "debugger.think" */
	const char **axis_titles;   /* the short form: "think" */
	size_t axis_count;          /* the transport, if it is one, is first */
	struct cell_summary *cells; /* that the run was to run */
	size_t cell_count;
	size_t planned; /* all cells, also those that were not selected */
	bool worlds[WORLD_COUNT]; /* which of them occur */
	size_t world_count;
	double faults; /* acts in all trials */
};

struct summary {
	struct arena arena;
	const struct results *results; /* borrowed: must outlive the summary */
	/* For the caller to set; borrowed, and NULL if there is none. */
	const struct prediction *prediction;
	const char *prediction_problem; /* why it could not be read */
	struct scenario_summary *scenarios;
	size_t scenario_count;
	size_t orphans; /* trials of cells that the run record does not have */
};

/* Boil down 'results'. Release in any case. */
void summary_make(struct summary *s, const struct results *results);
void summary_release(struct summary *s);

/* The step of a cell by name, or NULL. */
const struct step_summary *summary_step(const struct cell_summary *cell,
					const char *name);

/*
 * Median and interval of 'n' values, which are sorted in place and stay the
 * caller's; NANs among them are left out.
 */
struct spread summary_spread(double *values, size_t n);

/* The step of a trial by name, or NULL. */
const struct result_step *summary_trial_step(const struct result_trial *trial,
					     const char *name);

/* Is the number available in any step, or in any trial, of any cell? */
bool summary_has(const struct scenario_summary *s, enum metric metric);

/* Did a trial finish, but only after kdbench had ended the faults? */
bool summary_is_healed(const struct result_trial *trial);

/* Is there such a trial in any cell? */
bool summary_has_healed(const struct scenario_summary *s);

/* Why cells were left out that could not be run there; NULL: none was. */
const char *summary_left_out(const struct scenario_summary *s);

/*
 * The cells of one world as a scenario of its own, for what must not show two
 * accelerators together; with those of 'beside', which may be the same world,
 * as what to look at them against. Shares everything with 's'; lives in the
 * arena.
 */
struct scenario_summary *summary_part(struct arena *arena,
				      const struct scenario_summary *s,
				      enum world world, enum world beside);

/*
 * Are there cells without a VMM to stand beside those of an accelerator? Then
 * they have no pictures of their own.
 */
bool summary_has_reference(const struct scenario_summary *s);

/* Do all cells have the same value for this parameter? */
bool summary_shares(const struct scenario_summary *s,
		    const struct result_param *param);

/* The median with its unit and no more digits than its interval allows. */
struct number spread_text(enum metric metric, const struct spread *spread);

/* "tcg", "tcg and kvm": which worlds a scenario was measured in. Arena-owned.
 */
const char *summary_worlds(struct summary *s,
			   const struct scenario_summary *scenario);

/* Is the transport one of the axes, so that transports are compared? */
bool summary_by_transport(const struct scenario_summary *s);

/*
 * What a cell is compared with: the cell whose transport is 'uart' in the same
 * world with the same values on all other axes; without one, the first cell
 * there. In a scenario that has no transport axis, the first cell of the world.
 * Cells of which no trial finished are passed over. It may be the cell itself.
 */
const struct cell_summary *summary_base(const struct scenario_summary *s,
					const struct cell_summary *cell);

#endif

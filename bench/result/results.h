/* SPDX-License-Identifier: MIT */
/*
 * A run as its results.jsonl tells it: plain structs, read back. The file may
 * come from another machine, another year or an enemy; whatever is in these
 * structs is well-formed, but its text is not fit to be shown unescaped.
 *
 * Numbers are doubles in the units of their names; NAN is "not available".
 * Text is NULL if absent. Everything lives in one arena.
 */
#ifndef RESULT_RESULTS_H
#define RESULT_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/base/err.h"
#include "bench/base/mem.h"
#include "bench/result/histogram.h"

#define RESULTS_SCHEMA 1
#define RESULTS_FILE "results.jsonl"

/* One setting: its path, its value, and who said so (cells only). */
struct result_param {
	const char *key;
	const char *value;
	const char *source;
};

struct result_counter {
	const char *name;
	double value;
};

/* What was measured on: the run record's "host". */
struct result_host {
	const char *id;
	const char *name;
	const char *cpu;
	const char *kernel;
	const char *governor;
	double cores;
	double memory_bytes;
	double load1;
	double clock_cost_ps;
	double tsc_hz;
	bool virtualised;
	bool kvm;
};

/* One cell of a scenario, as planned. */
struct result_cell {
	const char *id;
	const char *label;
	struct result_param *params; /* sorted by key */
	size_t param_count;
	const char **axes; /* keys of params that vary in the scenario */
	size_t axis_count;
	const char *skip;  /* why it was left out; NULL: it was not */
	double row, point; /* of a search; NAN: it is no point of one */
	const char **expect_verdicts; /* of a case; of others see below */
	size_t expect_verdict_count;
};

struct result_scenario {
	const char *name;
	const char *path;
	const char *about;
	const char *text; /* the YAML */
	const char *skip; /* why nothing was run; NULL if it was */
	const char **notes;
	size_t note_count;
	const char **expect_verdicts;
	size_t expect_verdict_count;
	const char **expect_bounds;
	size_t expect_bound_count;
	double trials_min;
	double trials_max;
	struct result_cell *cells;
	size_t cell_count, cell_room;
};

struct result_run {
	const char *id;
	const char *kdbench;
	const char *git;
	const char *started;
	const char *command;
	const char *seed; /* decimal */
	const char *only; /* the cells that were to run; NULL: all */
	const char *accel_why;
	const char *qemu_binary;
	const char *qemu_version;
	const char *qemu_firmware;
	const char *guest_sha;
	double guest_size;
	struct result_host host;
	struct result_scenario *scenarios;
	size_t scenario_count;
};

/* A bucket of a histogram that is not empty. */
struct result_bin {
	uint32_t bucket; /* below HISTOGRAM_BUCKETS */
	uint64_t count;
};

struct result_latency {
	double p50, p90, p99, p999, max; /* ns */
	double n;
	struct result_bin *bins;
	size_t bin_count;
};

/* CPU time of a window by kind of thread; load in per cent of one core. */
struct result_cpu {
	double vcpu_ns, main_ns, other_ns, harness_ns;
	double load;
};

struct result_counters {
	struct result_counter *rows;
	size_t count;
};

/*
 * Where the time of a step's operations went: in the guest's service, in
 * kdbench, and in between (transport, VMM, waiting). Sums of its window.
 */
struct result_split {
	double guest_ns, transport_ns, harness_ns, wall_ns;
};

/* Of what a step is a sample; NAN: not said. */
struct result_whole {
	double ops, bytes;
};

/* What the debugger thought before requests: how often, and how long. */
struct result_thought {
	double n, sum_ns, p50_ns;
};

/* One rate of a sweep. Latencies count from the intended start. */
struct result_sweep_point {
	double offered_bytes_s, achieved_bytes_s;
	double payload_bytes, ops, wall_ns;
	struct result_cpu cpu;
	struct result_latency latency;
};

struct result_step {
	const char *name;
	const char *kind;
	const char *state;   /* idle: "stopped" or "running" */
	const char *pieces;  /* dump: "page" or "packet" */
	const char *after;   /* reconnect: what broke, such as "target-reset" */
	const char *skipped; /* why it was left out; NULL: it was not */
	struct result_whole whole;
	double ops;
	double payload_bytes;
	double wire_bytes;
	double wall_ns;
	double throughput_bytes_s;
	double round_trips;
	double lines, lines_s, slowdown;
	double prints_skipped; /* by a target that believed itself alone */
	/* print-storm: from the byte 62 to the stop; without bins. */
	struct result_latency break_in;
	double boot_ns;   /* reconnect: to the first sign of a new life */
	double resync_ns; /* ... and from there, or from the break */
	struct result_latency latency;
	/* Operations and the thinking before them, where 'latency' is without;
	   n is NAN if there are none. */
	struct result_latency cycle;
	struct result_thought thought;
	struct result_cpu cpu;
	struct result_counters guest;
	struct result_split split;
	struct result_sweep_point *sweep; /* in the order of the file */
	size_t sweep_count;
	struct result_counters costs; /* calibrate: ns for one of each */
};

/* The fault that a bad verdict is blamed on. */
struct result_suspect {
	const char *dir;
	const char *class;
	const char *type;
	const char *field;
	const char *act;
	const char *stage;
	const char *text; /* NULL: there is no suspect */
	double ordinal, copy, offset;
};

struct result_trial {
	const char *scenario;
	const char *cell;
	double trial;
	bool valid;
	const char *invalid_reason;
	const char *seed;
	const char *verdict;
	const char *detail;
	const char *repeat;
	struct result_suspect suspect;
	struct result_param *params;
	size_t param_count;
	double wall_ns, boot_ns;
	double payload_bytes, wire_bytes, throughput_bytes_s;
	struct result_latency latency;
	struct result_step *steps;
	size_t step_count;
	struct result_cpu cpu;
	struct result_counters guest;
	struct result_counters debugger;
	double guest_load;
	double round_trips, turnarounds, wakeups, exits;
	struct result_counters exits_by_kind;
	double peak_rss_bytes;
	double recovery_p50_ns, recovery_p90_ns, recovery_max_ns, recovery_n;
	double heal_ns;
	const char *heal; /* "patience": the harness had to end the faults */
	double faults, resends, resets;
	double others_cores, steal_cores;
};

/* What became of one expectation. */
struct result_expectation {
	const char *scenario;
	const char *cell;
	const char *label;
	const char *what;
	bool met;
};

/*
 * One rung of the ladder: how fast memory moves by some other way, or by one of
 * our transports, called "kd:<transport>".
 */
struct result_limit {
	const char *name;
	const char *about;
	const char *accel;     /* NULL: none had a part in it */
	const char *skip;      /* why it was not measured; NULL: it was */
	double bytes;          /* of one round */
	double *rates_bytes_s; /* of each round; NAN where it failed */
	size_t rate_count;
};

/* One value that a search tried. */
struct result_point {
	const char *value;
	const char *cell; /* id */
	const char *is;   /* "good", "bad" or "unknown" */
	bool probe;       /* tried for what lies beyond the cliff */
	double order;     /* from 1 */
	double good, trials, healed;
	double low, high;          /* of the odds of a good trial, with 95 % */
	double throughput_bytes_s; /* median */
	struct result_counters verdicts;
};

/* What a search found in one combination of the rest of the matrix. */
struct result_search {
	const char *scenario;
	const char *label; /* of the combination */
	const char *setting;
	const char *from, *to;
	const char *precision;
	const char *until;
	const char *outcome; /* "cliff", "all-good", "no-good", "no-choice",
				"lost", "unfinished" */
	const char *last_good, *first_bad; /* of a cliff */
	const char *island; /* good, and beyond a bad one; NULL: none */
	bool complete;      /* false: interrupted */
	double row, grid, fraction, reference_bytes_s;
	double confidence;           /* 0 to 1 */
	struct result_point *points; /* from the good end on */
	size_t point_count;
};

struct results {
	struct arena arena;
	const char *path;
	struct result_run run;
	struct result_trial *trials; /* in the order of the file */
	size_t trial_count;
	struct result_limit *limits; /* in the order of the file */
	size_t limit_count;
	struct result_search *searches; /* in the order of the file */
	size_t search_count;
	struct result_expectation *expectations;
	size_t expectation_count;
	bool ended;       /* there is an 'end' record */
	bool interrupted; /* it says Ctrl-C, or it is missing */
	bool cut;         /* the last line was incomplete and is left out */
	double wall_ns;   /* of the run */
	double exit_code;
};

/*
 * Read 'path', a regular file. An incomplete last line, as a killed run leaves,
 * is left out and noted in 'cut'; records of an unknown type are passed over.
 * Anything else that does not fit fails with "path:line: what". Release in any
 * case.
 */
bool results_read(struct results *r, const char *path, struct err *err);

/* Free everything. A zeroed struct is fine. */
void results_release(struct results *r);

/* The value of a parameter, or NULL. */
const char *result_param(const struct result_param *params, size_t count,
			 const char *key);

/* The value of a counter, or NAN. */
double result_counter(const struct result_counters *counters, const char *name);

/* Add a latency's bins to a histogram, minding its exact maximum. */
void result_latency_merge(const struct result_latency *latency,
			  struct histogram *h);

#endif

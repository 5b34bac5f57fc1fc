/* SPDX-License-Identifier: MIT */
/*
 * What is going to be run: every cell of every scenario, decoded and checked
 * before anything starts. Immutable; everything lives in one arena.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "bench/base/err.h"
#include "bench/base/mem.h"
#include "bench/kd/debugger.h"
#include "bench/kd/target.h"
#include "bench/launch/launch.h"
#include "bench/session/step.h"
#include "bench/session/verdict.h"
#include "inject/chain.h"

/* One setting as resolved, and where it came from. */
struct param {
	const char *key; /* path: transport, transport.baud, host.wait, loss */
	const char *value;   /* canonical text in base units */
	const char *written; /* as somebody wrote it */
	const char *source;  /* built-in | bench.yaml:12 | x.yaml:7 | --set */
	bool axis;           /* varies over this scenario's matrix */
};

enum expect_op { EXPECT_GT, EXPECT_GE, EXPECT_LT, EXPECT_LE };

/* "throughput: > 1KiB/s": a bound on the median of a cell's valid trials. */
struct expect_bound {
	const char
		*metric; /* throughput, latency-p50, ..., steps.NAME.throughput,
			    resends, recovery, cpu-load */
	enum expect_op op;
	double value; /* base units: bytes/s, ns, count, per cent */
	const char *written;
	struct err_where where;
};

/* How many trials a cell gets. */
struct trials_config {
	uint64_t min, max; /* equal unless an 'until' is written */
	double until_ci;   /* stop once the interval of the median throughput
			      is within this fraction (0.03); 0: none */
	uint64_t warmup;   /* trials that only warm the host, unrecorded */
};

/* When is a trial disturbed? */
struct interference_config {
	double max_load;  /* others' CPU, in cores, during the session */
	uint64_t retries; /* of a disturbed trial, at most */
};

/* What the target may read of this machine (KD's FILE_IO). */
struct files_config {
	const char *dir; /* regular files beneath it; NULL or "": none */
	uint64_t max_size;
};

/* A named variation of a scenario. */
struct plan_case {
	const char *name;
	const char *about;
	uint32_t line, lines; /* where it stands in the scenario's text */
};

struct scenario;
struct search;

/* One point of a scenario's matrix. */
struct cell {
	char id[17]; /* stable: 16 hex digits */
	const struct scenario *scenario;
	const char *case_name; /* NULL: the scenario has no cases */
	struct transport_config transport;
	enum accel accel; /* resolved; ACCEL_NONE without QEMU */
	struct host_config host;
	struct guest_config guest;
	struct kd_target_profile target;
	struct kd_debugger_profile debugger;
	struct think think;
	struct heal_config heal;
	struct chain_spec faults[2]; /* by enum fault_dir */
	const struct step *steps;
	size_t step_count;
	unsigned expected_verdicts;        /* bit set by enum verdict */
	const struct expect_bound *bounds; /* with this cell's variables */
	size_t bound_count;
	const struct param *params; /* all of them, sorted by key */
	size_t param_count;
	const char *label; /* the axes only: "transport=ring loss=1e-4" */
	size_t row, point; /* of its scenario's search, if there is one */
	/*
	 * Why it is left out here, though others of its scenario run: its value
	 * of 'accel' is one of several, and not to be had. NULL: run it.
	 */
	const char *skip_reason;
};

struct scenario {
	const char *path; /* as given */
	const char *name;
	const char *about;
	const char *text; /* the file's bytes, for the report */
	struct trials_config trials;
	struct interference_config interference;
	/* For the record; what a cell is judged by is in the cell. */
	unsigned expected_verdicts;        /* of any cell */
	const struct expect_bound *bounds; /* 'written' as it stands there */
	size_t bound_count;
	const struct plan_case *cases;
	size_t case_count;
	struct cell *cells;
	size_t cell_count;
	/* Its cells are points that are tried one by one; NULL: all are run. */
	const struct search *search;
	const char *skip_reason;  /* a 'needs' is absent here; NULL: run it */
	const char *const *notes; /* e.g. "guest.idle does not apply to uart:
				      4 duplicate cells dropped"; NULL-ended */
};

/* A --set KEY=VALUE of the command line. */
struct override {
	const char *key;
	const char *value;
	const char *written; /* the whole argument, for messages */
};

/* A file that is already in memory. */
struct plan_text {
	const char *path; /* for messages */
	const char *text; /* ends with a NUL that 'len' does not count */
	size_t len;
};

struct plan_input {
	const char *config_path; /* --config; NULL: bench.yaml if it exists */
	const char *const *scenarios; /* paths */
	size_t scenario_count;
	const struct plan_text *text; /* one more, in memory; or NULL */
	const struct override *overrides;
	size_t override_count;
	/*
	 * May guests be started to find out what 'accel: auto' means here? If
	 * not, it stands for tcg, also in the cells' ids.
	 */
	bool resolve_accel;
	/* Who finds that out; NULL: accel_resolve(). */
	bool (*accel)(enum accel_choice choice, const struct qemu_config *qemu,
		      enum accel *accel, char why[160], struct err *err);
	/*
	 * The transport of every cell comes from the overrides (--attach): what
	 * a scenario sets for another one is passed over.
	 */
	bool attach;
};

struct plan {
	struct arena arena;
	struct scenario *scenarios;
	size_t scenario_count;
	struct qemu_config qemu;
	struct files_config files;
	const char *results_dir; /* bench.yaml 'results:' */
	const char *accel_why;   /* one line, or NULL */
};

/*
 * Read, decode and check everything. On failure *err names file, line and
 * column, and *plan is empty. Release with plan_release() in any case. *plan
 * and *err borrow the paths and overrides of *input.
 */
bool plan_load(struct plan *plan, const struct plan_input *input,
	       struct err *err);
void plan_release(struct plan *plan);

/*
 * The same for one scenario without touching a file; 'config' is bench.yaml,
 * or NULL for none. The paths in *input are not used.
 */
bool plan_load_text(struct plan *plan, const struct plan_text *config,
		    const struct plan_text *scenario,
		    const struct plan_input *input, struct err *err);

/* Is this the cell of '--only': the beginning of its id, or its case? NULL:
 * all.
 */
bool plan_selects(const struct cell *cell, const char *only);

/* The same as plan_load_text() for 'count' scenarios. */
bool plan_load_texts(struct plan *plan, const struct plan_text *config,
		     const struct plan_text *scenarios, size_t count,
		     const struct plan_input *input, struct err *err);

#endif

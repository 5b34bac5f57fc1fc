/* SPDX-License-Identifier: MIT */
/* What a session measured: one record for each step of its script. */
#ifndef SESSION_RECORD_H
#define SESSION_RECORD_H

#include "bench/kd/kdbb.h"
#include "bench/result/histogram.h"
#include "bench/session/step.h"

#define SESSION_CALIBRATIONS 5 /* orders of which the median is taken */
#define SESSION_COST_UNKNOWN UINT64_MAX

/* CPU time within a step's window; filled in by the owner's hook. */
struct step_cpu {
	bool valid;
	uint64_t vcpu_ns, main_ns, other_ns, harness_ns, wall_ns;
};

#define SWEEP_POINTS_MAX 32
#define SWEEP_SLOW_POINTS 2 /* in a row, and a sweep up to 'max' is over */

struct sweep_latency {
	uint64_t p50, p90, p99, p999, max, n; /* ns; of 'n' operations */
};

/* One rate of a sweep, and what came of it. */
struct sweep_point {
	uint64_t offered, achieved; /* bytes a second; never more achieved */
	uint64_t payload_bytes, ops, wall_ns;
	struct step_cpu cpu;
	struct sweep_latency latency; /* from when each request was due */
};

/* What one step measured, added up over its repetitions. */
struct step_record {
	const struct step *step;
	uint64_t runs; /* times the step was done */
	uint64_t ops, payload_bytes, wire_bytes, wall_ns;
	struct histogram latency;
	/*
	 * What the debugger thought: before each request; and operations with
	 * the thinking before them, where the latency does not hold it.
	 */
	struct histogram thought, cycle;
	uint64_t thought_ns;
	/* reconnect: from each of 'boots' resets to the first sign of the new
	   life, added up; and of all operations the rest */
	uint64_t boots, boot_ns, resync_ns;
	bool guest_valid;
	uint64_t guest[KDBB_COUNTER_COUNT]; /* own cost subtracted */
	struct step_cpu cpu;
	uint64_t round_trips;
	uint64_t turnarounds; /* of the line, in all of its windows */
	uint64_t harness_ns;  /* of its windows, moving bytes ourselves */
	bool mixed; /* its windows held more than its own operations, so that
		       what was counted in them is not all its own */
	uint64_t run_ns;  /* of its windows, in which the guest ran and its idle
			     turns were counted; 0: nobody can tell */
	uint64_t busy_ns; /* of these, not idle */
	uint64_t lines_lost;       /* print-storm: gaps in the numbering; boot:
				      events that never came */
	bool skips_known;          /* print-storm: the following is known */
	uint64_t prints_skipped;   /* by a target that believed itself alone */
	struct histogram break_in; /* print-storm: from 62 to the stop */
	uint64_t unit_ps; /* print-storm: guest time of a unit; 0 unknown */
	bool calibrated;  /* calibrate: the following is known */
	uint64_t cost_ps[KDBB_PRIMITIVE_COUNT]; /* or SESSION_COST_UNKNOWN */
	const char *skipped; /* why it was left out, or NULL */
	/* sweep: its points, of its last repetition. */
	unsigned sweep_count;
	struct sweep_point sweep[SWEEP_POINTS_MAX];
};

#endif

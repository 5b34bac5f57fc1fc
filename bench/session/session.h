/* SPDX-License-Identifier: MIT */
/*
 * The script: one step after another on top of the KD debugger. A state machine
 * that is told of events and of time and never blocks, so that the real loop
 * and the simulated one run the same code.
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "bench/kd/debugger.h"
#include "bench/kd/kdbb.h"
#include "bench/session/verdict.h"
#include "bench/result/histogram.h"
#include "bench/session/step.h"

#define SESSION_DEPTH 4 /* of nested repeats */

/* CPU time within a step's window; filled in by the owner's hook. */
struct step_cpu {
	bool valid;
	uint64_t vcpu_ns, main_ns, other_ns, harness_ns, wall_ns;
};

/* What one step measured, added up over its repetitions. */
struct step_record {
	const struct step *step;
	uint64_t runs; /* times the step was done */
	uint64_t ops, payload_bytes, wire_bytes, wall_ns;
	struct histogram latency;
	bool guest_valid;
	uint64_t guest[KDBB_COUNTER_COUNT]; /* own cost subtracted */
	struct step_cpu cpu;
	uint64_t lines_lost; /* print-storm: gaps in the numbering */
	uint64_t unit_ps;    /* print-storm: guest time of a unit; 0 unknown */
};

/* What the target told about itself in 'KDBB'. */
struct session_target {
	bool known;
	uint64_t tsc_hz;
	uint64_t pattern, pattern_size;
	uint64_t scratch, scratch_size;
	uint64_t counters, counters_count;
	uint64_t mailbox, spin_pc;
};

/* All pointers are borrowed and outlive the session. */
struct session_config {
	const struct step *steps;
	size_t step_count;
	const struct think *think;
	uint64_t seed;
	uint64_t nonce;         /* of the pattern */
	const uint8_t *pattern; /* what the pattern region must hold */
	uint64_t pattern_size;
	uint64_t scratch_size;
	/* Look at the target's memory out of band, to verify writes. */
	bool (*peek)(void *env, uint64_t address, void *to, size_t len);
	/* A measured window opens or closes; 'r' may be given its CPU. */
	void (*window)(void *env, struct step_record *r, bool open,
		       uint64_t now);
	/* An operation was completed and verified. */
	void (*progress)(void *env, uint64_t now);
	void *env;
};

struct session_frame {
	const struct step *steps;
	size_t count, index;
	uint64_t left; /* repetitions still to do, this one included */
};

enum session_phase {
	PHASE_WARMUP,
	PHASE_COUNTERS_A, /* the counters, twice: the second tells what one */
	PHASE_COUNTERS_B, /* reading costs */
	PHASE_MEASURE,
	PHASE_COUNTERS_C,
};

struct session {
	const struct session_config *config;
	struct kd_debugger *d;
	uint64_t now;
	struct session_frame frames[SESSION_DEPTH];
	unsigned depth;
	const struct step *step; /* the current one; NULL: none */
	struct step_record *record;
	struct session_target target;
	bool running; /* the target runs */

	/* Of the current step. */
	uint8_t phase; /* enum session_phase */
	uint8_t part;  /* the step's own: where in an operation it is */
	uint64_t step_began, op_began, window_began;
	uint64_t ops, bytes;   /* of the current phase */
	uint64_t window_wire;  /* wire bytes when it opened */
	uint64_t offset;       /* of the next access in its region */
	uint64_t index;        /* of the next line, order, ... */
	uint64_t timer;        /* the step wants to be woken, or KD_NEVER */
	uint64_t handle;       /* of its breakpoint */
	uint64_t last_line_ns; /* print-storm */
	uint64_t a[KDBB_COUNTER_COUNT], b[KDBB_COUNTER_COUNT];

	/* A request that waits until the debugger has thought. */
	bool waiting;
	uint64_t ask_at;
	struct kd_manipulate request;
	uint32_t data_len;
	uint8_t data[KD_DATA_MAX];

	uint64_t orders;     /* given to the mailbox so far */
	uint64_t operations; /* in all: numbers the thinking */
	uint64_t round_trips;
	uint64_t progress_ns; /* when something last got on */
	bool done;
	uint8_t verdict; /* enum verdict, once done */
	char detail[192];
	struct step_record *records; /* owned by the caller */
	size_t record_count;
};

/* How many records the steps of a script need. */
size_t session_record_count(const struct step *steps, size_t count);

/*
 * Prepare a session; 'records' has session_record_count() zeroed entries. It
 * does nothing until session_start().
 */
void session_init(struct session *s, const struct session_config *config,
		  struct kd_debugger *d, struct step_record *records,
		  uint64_t now);

/* Begin the first step. */
void session_start(struct session *s, uint64_t now);

/* The debugger reported an event. */
void session_event(struct session *s, enum kd_debugger_event event,
		   uint64_t now);

/* Let what is due happen. */
void session_time(struct session *s, uint64_t now);

/* When session_time() next matters, or KD_NEVER. */
uint64_t session_deadline(const struct session *s);

/* End it now, with a verdict and one line of why. */
void session_end(struct session *s, enum verdict verdict, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A hash of where it stands: no counters of samples, no absolute time. */
uint64_t session_digest(const struct session *s);

#endif

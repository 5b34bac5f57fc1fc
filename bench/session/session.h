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
	uint64_t lines_lost; /* print-storm: gaps in the numbering */
	uint64_t unit_ps;    /* print-storm: guest time of a unit; 0 unknown */
	bool calibrated;     /* calibrate: the following is known */
	uint64_t cost_ps[KDBB_PRIMITIVE_COUNT]; /* or SESSION_COST_UNKNOWN */
	const char *skipped; /* why it was left out, or NULL */
	/* sweep: its points, of its last repetition. */
	unsigned sweep_count;
	struct sweep_point sweep[SWEEP_POINTS_MAX];
};

/* What the target told about itself, in GetVersion and in 'KDBB'. */
struct session_target {
	uint16_t machine; /* KD_MACHINE_AMD64, ... */
	bool known;       /* it has a KDBB; the rest is from there */
	bool unfilled;    /* foreign: nobody has put the pattern there */
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
	uint64_t nonce; /* of the pattern */
	/*
	 * What the pattern region must hold. NULL: what pattern_of() makes of
	 * the nonce that the target tells.
	 */
	const uint8_t *pattern;
	const uint8_t *(*pattern_of)(uint64_t nonce, uint64_t size);
	uint64_t pattern_size;
	uint64_t scratch_size;
	/*
	 * Somebody else's target: steps that need a KDBB are left out if it has
	 * none, and it is treated as WinDbg treats Windows (resume.c).
	 */
	bool foreign;
	/*
	 * Look at the target's memory out of band, to verify writes; NULL:
	 * nobody can, so they are read back.
	 */
	bool (*peek)(void *env, uint64_t address, void *to, size_t len);
	/*
	 * Read physical memory without asking: *at is where 'len' bytes of it
	 * are mapped, as many as it returns. They are copied to 'direct', which
	 * holds 'direct_chunk' bytes, the most that one read takes. 0: ask.
	 */
	size_t (*ram)(void *env, uint64_t address, size_t len,
		      const uint8_t **at);
	uint8_t *direct;
	size_t direct_chunk;
	/*
	 * A measured window opens or closes; 'r' may be given its CPU. Returns
	 * the time now, which an opening window begins with: to look may have
	 * taken a while.
	 */
	uint64_t (*window)(void *env, struct step_record *r, bool open,
			   uint64_t now);
	/* An idle guest polls: its idle turns tell how much (idle_count.c). */
	bool idle_polls;
	/* An operation was completed and verified. */
	void (*progress)(void *env, uint64_t now);
	/*
	 * The target asks for a file: turn *f into its answer. 'data' is a name
	 * or what is to be written; data that is read goes to 'to'; returns how
	 * much. NULL: there are no files.
	 */
	uint32_t (*file)(void *env, struct kd_file_io *f, struct kd_span data,
			 struct kd_room to);
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

/* Requests that are due by the clock (pace.c). */
struct session_pace {
	uint64_t rate;        /* bytes a second; 0: one follows the other */
	uint64_t start;       /* when the first one was due */
	uint64_t size, count; /* the window's end, if not 0 */
	uint64_t until;       /* its end in any case, or KD_NEVER */
	uint64_t due;         /* when the one that is out was due */
	uint64_t next;        /* when to go on, or KD_NEVER */
	bool over;            /* by ending the window */
};

/* Turns of the guest's idle loop (idle_count.c). */
struct session_idle {
	bool open;
	uint64_t loops, began_ns;     /* as the count began */
	uint64_t full_loops, full_ns; /* in this guest's life, with nothing to
					 do; 0: not known yet */
};

/* Where a sweep is. */
struct session_sweep {
	unsigned index, count;
	unsigned slow; /* points in a row that were saturated */
	uint64_t rates[SWEEP_POINTS_MAX];
	struct step_cpu cpu;      /* of the step before this point */
	struct histogram latency; /* of this point */
};

/* Requests for a step's own safety, which it does not measure. */
struct session_aside {
	bool open;
	uint64_t began_ns, began_wire;
	uint64_t began_trips;
	uint64_t ns, wire; /* in all, of the window */
	uint64_t trips;
	uint64_t latency_ns; /* of the operation that is over already */
};

/* calibrate: the primitive that is being timed. */
struct session_calibrate {
	uint8_t primitive;                 /* enum kdbb_primitive */
	uint8_t samples;                   /* of 'ps' so far */
	uint64_t count;                    /* pieces in an order */
	uint64_t ps[SESSION_CALIBRATIONS]; /* a piece */
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
	bool op_held;     /* an operation of many requests: op_began stands */
	uint64_t op_gap;  /* thought before it; 0 if its latency holds that */
	uint64_t op_left; /* op_began, if the request's leaving is the begin */
	uint64_t ops, bytes;    /* of the current phase */
	uint64_t window_opened; /* window_began may be set to later */
	uint64_t window_wire;   /* wire bytes when it opened */
	uint64_t window_trips;  /* and round trips */
	uint64_t offset;        /* of the next access in its region */
	uint64_t index;         /* of the next line, order, ... */
	uint64_t timer;         /* the step wants to be woken, or KD_NEVER */
	uint64_t key;           /* of its file, or of a word it looks for */
	uint64_t last_line_ns;  /* when the last line, notice, ... came */
	uint64_t pcs[KDBB_STEP_LOOP_LENGTH]; /* step-loop: its last round */
	uint32_t saved_len;                  /* of 'saved' */
	uint8_t saved[KD_CONTEXT_SIZE];      /* registers to be put back */
	/* Of the access being verified. */
	uint64_t op_address;
	uint32_t op_len;
	uint32_t op_got; /* of them, read before or back so far */
	struct session_aside aside;
	struct session_pace pace;
	struct session_sweep sweep;
	struct session_idle idle;
	uint8_t old[KD_DATA_MAX]; /* what was read before */
	uint64_t a[KDBB_COUNTER_COUNT], b[KDBB_COUNTER_COUNT];

	struct session_calibrate calibrate;

	/* A request that waits until the debugger has thought. */
	bool waiting;
	uint64_t ask_at;
	struct kd_manipulate request;
	uint32_t data_len;
	uint8_t data[KD_DATA_MAX];

	/* Letting a foreign target run (resume.c). */
	uint8_t resume; /* enum resume_part */
	bool resume_trace;
	uint64_t resume_dr7;
	bool passing;  /* it only told of a module, and is sent on */
	bool breaking; /* a break-in is on its way */

	uint32_t planted; /* handle of a breakpoint that stands; 0: none */
	const uint8_t *pattern; /* what the pattern region must hold */
	uint64_t woken;         /* recoveries that waking the target took */
	uint64_t orders;        /* given to the mailbox so far */
	uint64_t operations;    /* in all: numbers the thinking */
	uint64_t round_trips;
	uint64_t progress_ns; /* when something last got on */
	bool doomed; /* the verdict stands, but something is to be put back */
	bool done;
	uint8_t verdict; /* enum verdict, once doomed or done */
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

/* The name of the request that was asked last, for those who report its end. */
const char *session_last_request(const struct session *s);

/* A hash of where it stands: no counters of samples, no absolute time. */
uint64_t session_digest(const struct session *s);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The script: one step after another on top of the KD debugger. A state machine
 * that is told of events and of time and never blocks, so that the real loop
 * and the simulated one run the same code.
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "bench/base/err.h"
#include "bench/kd/debugger.h"
#include "bench/session/verdict.h"
#include "bench/session/parts.h"
#include "bench/session/record.h"
#include "bench/session/step.h"

#define SESSION_DEPTH 4 /* of nested repeats */

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
	uint64_t block; /* where the KDBB itself is */
};

/*
 * What may happen in the midst of a session to the target and to the pipe: a
 * reset, whose pipe stays as it is; a reset, and a new pipe; a new pipe alone.
 */
enum session_outside {
	SESSION_RESET,
	SESSION_RESET_NEW_PIPE,
	SESSION_NEW_PIPE,
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
	/*
	 * Let it happen; *now is the time, and is to be that of the break. The
	 * other one says why it cannot happen here, or NULL: it can. Both are
	 * NULL where nothing can.
	 */
	bool (*happen)(void *env, enum session_outside what, uint64_t *now,
		       struct err *err);
	const char *(*spared)(void *env, enum session_outside what);
	void *env;
};

struct session_frame {
	const struct step *steps;
	size_t count, index;
	uint64_t left; /* repetitions still to do, this one included */
};

enum session_phase {
	PHASE_BEFORE, /* what the step wants done before it is measured */
	PHASE_WARMUP,
	PHASE_COUNTERS_A, /* the counters, twice: the second tells what one */
	PHASE_COUNTERS_B, /* reading costs */
	PHASE_MEASURE,
	PHASE_COUNTERS_C,
	PHASE_AFTER, /* what it wants done after that */
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
	bool step_running;    /* the target ran when it began */
	uint64_t step_orders; /* orders given by then */
	bool window_open;
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
	struct session_walk walk;
	uint8_t old[KD_DATA_MAX]; /* what was read before */
	uint64_t a[KDBB_COUNTER_COUNT], b[KDBB_COUNTER_COUNT];

	struct session_calibrate calibrate;
	struct session_stack stack;
	struct session_events events;
	struct session_cut cut;
	struct session_script script;

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

	/* Break-ins that nobody asked for (event.c). */
	bool break_known; /* a break-in has stopped it at break_pc */
	uint64_t break_pc;
	uint32_t unasked;     /* in all */
	uint32_t unasked_row; /* in a row, 'ops' being unasked_ops */
	uint64_t unasked_ops;
	uint64_t unasked_pc; /* of the last one */

	struct session_talk talk;

	/* Another debugger has to get to a prompt (again.c). */
	uint8_t again;     /* enum again */
	bool again_clears; /* breakpoints may stand */
	bool again_orders; /* the target may have an order */

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

/*
 * The debugger was killed, and another one is there that knows nothing: it
 * connects, and begins the current step anew. Where that cannot be done the
 * session ends (gave-up).
 */
void session_restarted(struct session *s, uint64_t now);

/* Let what is due happen. */
void session_time(struct session *s, uint64_t now);

/* When session_time() next matters, or KD_NEVER. */
uint64_t session_deadline(const struct session *s);

size_t session_cut_allows(struct session *s, bool in, size_t len);

/*
 * Of 'len' bytes that could be moved now, how many may be: all, unless the
 * session is to break at one of them. 'in': they have arrived. Over records
 * only whole ones are moved.
 */
static inline size_t session_allows(struct session *s, bool in, size_t len)
{
	return s->cut.armed ? session_cut_allows(s, in, len) : len;
}

/* End it now, with a verdict and one line of why. */
void session_end(struct session *s, enum verdict verdict, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The name of the request that was asked last, for those who report its end. */
const char *session_last_request(const struct session *s);

/* A hash of where it stands: no counters of samples, no absolute time. */
uint64_t session_digest(const struct session *s);

#endif

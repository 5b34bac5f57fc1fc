/* SPDX-License-Identifier: MIT */
/* What steps and the session tell each other. Private to bench/session. */
#ifndef SESSION_STEPS_H
#define SESSION_STEPS_H

#include "bench/session/session.h"

/* How a step lives; every function may be NULL if it cannot happen. */
struct step_ops {
	/* Once, not measured; a measured step goes on to session_measure(). */
	void (*begin)(struct session *s);
	void (*op)(struct session *s);  /* measured: start one operation */
	void (*end)(struct session *s); /* once it was measured: tidy up, then
					   session_step_done() */
	void (*reply)(struct session *s);
	void (*done)(struct session *s);
	void (*stop)(struct session *s);
	void (*print)(struct session *s);
	void (*prompt)(struct session *s); /* answers it */
	void (*file)(struct session *s);   /* answers it */
	void (*timer)(struct session *s);
	bool needs_stop; /* the target must be stopped when it begins */
	/* Needs the target a KDBB for this? NULL: no. */
	bool (*needs_kdbb)(const struct step *step);
	/*
	 * What a debugger that is killed now leaves in the target, so that the
	 * step cannot be done again; NULL: it can. May be NULL.
	 */
	const char *(*left)(const struct session *s);
	bool counts; /* the guest's counters are read around it */
};
extern const struct step_ops connect_ops, break_in_ops, continue_ops, step_ops,
	wait_ops, version_ops, registers_ops, read_memory_ops, write_memory_ops,
	breakpoint_ops, print_storm_ops, idle_ops, reset_ops, reconnect_ops,
	disconnect_ops, file_transfer_ops, module_storm_ops, prompt_ops,
	search_ops, fill_ops, read_msr_ops, read_port_ops, control_space_ops,
	set_registers_ops, hardware_breakpoint_ops, clear_breakpoint_ops,
	breakpoint_loop_ops, step_loop_ops, expect_stop_ops,
	switch_processor_ops, wild_ops, calibrate_ops, attach_ops,
	conditional_ops, stack_walk_ops, reload_ops, process_list_ops, boot_ops,
	script_ops;

/* By enum step_kind; NULL for a repeat, which is taken apart (step_ops.c). */
extern const struct step_ops *const step_ops_of[STEP_KIND_COUNT];

/*
 * It is 'now'. A window that was opened in mid-turn may have taken the session
 * ahead of the turn's own time; it never goes back.
 */
static inline void session_set_now(struct session *s, uint64_t now)
{
	if (now > s->now)
		s->now = now;
}

/* The row of the current step. */
const struct step_ops *session_ops(const struct session *s);

/* Begin a step, and forget everything that only the one before it meant. */
void session_begin_step(struct session *s, const struct step *step);
void session_forget_step(struct session *s);

/*
 * Another debugger has begun (session_restarted): was that stop, reply or end
 * of a request its way to the prompt, and none of the step's?
 */
bool session_again_stop(struct session *s);
bool session_again_reply(struct session *s);
bool session_again_done(struct session *s);

/* Begin a measured step: warm-up, counters, window, counters (measure.c). */
void session_measure(struct session *s);

/* Is the request that is out a reading of the counters? */
bool session_in_counters(const struct session *s);

/* It was answered. */
void session_on_counters(struct session *s);

/*
 * An operation of many requests begins: until the next one begins, or the step
 * is over, what it lasts includes what the debugger thinks between them. (The
 * latency of a single request begins when it leaves.)
 */
void session_op_hold(struct session *s);

/* The debugger will think so long before it asks; for the step's record. */
void session_thinks(struct session *s, uint64_t gap_ns);

/* Ask the target, once the debugger has thought; data trails the request. */
void session_ask(struct session *s, const struct kd_manipulate *m,
		 const uint8_t *data, uint32_t len);
void session_ask_memory(struct session *s, uint32_t api, uint64_t address,
			uint32_t count);
void session_ask_api(struct session *s, uint32_t api);

/* Has all that was asked and answered left? If not, the timer looks again. */
bool session_flushed(struct session *s);

/*
 * Break the exchange that is asked for next at one of its first 'bytes' bytes;
 * over records, at one of its two places. By 'draw' one of them. The step's
 * timer is called then. (cut.c)
 */
void session_cut(struct session *s, uint64_t bytes, uint64_t draw);
bool session_cut_due(const struct session *s);

/* A request leaves now. */
void session_cut_asked(struct session *s);

/* Why this step, a reconnect, cannot be done here; NULL: it can, or is none. */
const char *session_reconnect_spared(const struct session *s,
				     const struct step *step);

/*
 * Let the target run, one instruction only with 'trace'. A foreign one is taken
 * past the INT3 that it stands at, if it is none of ours.
 */
void session_continue(struct session *s, bool trace);

/* The same with another Dr7 than none. */
void session_resume(struct session *s, bool trace, uint64_t dr7);

/* Dr7 without breakpoints: only the bit that is always set. */
#define DR7_NONE UINT64_C(0x400)

/* Ask the running target to stop. */
void session_break_in(struct session *s);

/* The requests of session_continue(): is one out? It was answered. */
bool session_resuming(const struct session *s);
void session_on_resuming(struct session *s);

/* The program counter of a CONTEXT; false if it is not all there. */
bool session_context_pc(const struct session *s, struct kd_span context,
			uint64_t *pc);

/*
 * A read of memory that is mapped here (step_direct.c): begin one, and the
 * timer by which it goes on.
 */
void session_read_direct(struct session *s);
void session_on_direct(struct session *s);

/* Did the request succeed? If not, the session has ended. */
bool session_check_reply(struct session *s, const char *what);

/* Give the guest an order; session_check_reply() when it is answered. */
void session_order(struct session *s, enum kdbb_workload command, uint64_t arg0,
		   uint64_t arg1, uint64_t arg2);

/* Read what the guest says about the order that it has done. */
void session_ask_result(struct session *s);

/*
 * Has it done it? If not, its stop was for another reason. Then: is its first
 * result 'want'? If not, the session has ended.
 */
bool session_order_done(struct session *s);
bool session_check_result(struct session *s, uint64_t want, const char *what);

/* Answer the target's request for a file, by the owner's file service. */
void session_serve_file(struct session *s);

/*
 * A line of a print storm was reported: it must have a number that s->index has
 * not passed yet, and be what the guest prints ('verify'). If not, the session
 * has ended.
 */
bool session_storm_line(struct session *s, bool verify);

/*
 * Open loop: is the current step one? Its window has opened; an operation of it
 * is complete; let what is due happen; when that next matters, or KD_NEVER.
 */
bool session_paces(const struct session *s);
void session_pace_begin(struct session *s);
void session_pace_next(struct session *s);
void session_pace_time(struct session *s);
uint64_t session_pace_deadline(const struct session *s);

/*
 * Count the running guest's idle turns from now on; false: they say nothing
 * here. Then either it had nothing to do until now, or what it did counts for
 * the step's record.
 */
bool session_idle_begin(struct session *s);
void session_idle_calibrate(struct session *s);
void session_idle_end(struct session *s);

/* An operation is complete: 'payload' verified bytes. */
void session_op_done(struct session *s, uint64_t payload);

/* Count what came as a sample of this latency (storms do it themselves). */
void session_sample(struct session *s, uint64_t latency_ns, uint64_t payload);

/*
 * A measured window opens; session_measure() does that for the first one of a
 * step.
 */
void session_window_begin(struct session *s);

/* All windows of the step are over: the counters once more, if they count. */
void session_measured(struct session *s);

/* The measured window is over; what follows is not timed. */
void session_window_end(struct session *s, uint64_t end_ns);

/*
 * What is asked between these two is neither time nor bytes of the step. If its
 * operation is over already, session_op_over() comes first: it ended now.
 */
void session_op_over(struct session *s);
void session_aside_begin(struct session *s);
void session_aside_end(struct session *s);

/* Bytes that have crossed the wire so far. */
uint64_t session_wire_bytes(const struct session *s);

/*
 * As session_end(), but only once session_end_doomed() says so: meanwhile
 * things are put back. The first one counts.
 */
void session_doom(struct session *s, enum verdict verdict, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void session_end_doomed(struct session *s);

/* A needs_kdbb that is always true. */
bool session_always(const struct step *step);

/* The step is complete: go on to the next. */
void session_step_done(struct session *s);

/* The target stopped, but for another reason than was asked for. */
void session_spurious(struct session *s);

#endif

/* SPDX-License-Identifier: MIT */
/* What is measured from outside while a step's window is open. */
#ifndef RUN_WINDOW_H
#define RUN_WINDOW_H

#include "bench/launch/launch.h"
#include "bench/run/engine.h"
#include "bench/session/session.h"

struct window {
	struct launched *target;
	const struct engine *engine;
	bool bridged;                  /* a thread of ours stands in between */
	struct step_cpu opened;        /* CPU time when it opened */
	uint64_t busy_ns, turnarounds; /* the engine's, when it opened */
};

/*
 * The hook of session_config.window for 'w'. What it takes to look, some 0.1 ms
 * in /proc, belongs to no window: an opening one begins when this is over.
 */
uint64_t window_turn(struct window *w, struct step_record *r, bool open,
		     uint64_t now);

/* CPU time of all threads so far; not valid where nobody can tell (sim). */
void window_sample(const struct window *w, struct step_cpu *cpu);

/*
 * Add what was used between 'from' and 'to'. It is not valid, and nothing is
 * added, if it cannot be told: the target has ended meanwhile, or a thread.
 */
void window_add(struct step_cpu *sum, const struct step_cpu *from,
		const struct step_cpu *to);

#endif

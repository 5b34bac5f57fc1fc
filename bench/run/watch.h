/* SPDX-License-Identifier: MIT */
/*
 * The two phases of a trial. First faults act. They end when the session does,
 * or after 'patience' or more than 'rounds' without progress; then the session
 * must converge within 'time' and 'rounds', or it is judged by what both ends
 * are doing. A session that gets on all the time, but pays for answer after
 * answer with RESETs, has not converged either: it is judged once a quarter of
 * 'rounds' answers did since the last fault acted.
 */
#ifndef RUN_WATCH_H
#define RUN_WATCH_H

#include "bench/run/engine.h"

#define WATCH_DIGESTS 8192 /* states remembered to find one again */
#define WATCH_CALM 16      /* round trips in a row without a RESET: calm */

struct watch {
	const struct heal_config *config;
	struct engine *engine;
	struct launched *target; /* for its digest */
	bool healed;
	bool impatient; /* ... because nothing got on while faults acted */
	uint64_t healed_ns;
	uint64_t rounds_before; /* acts of recovery before the last progress */
	uint64_t progress_ns;
	uint64_t sent_before; /* packets the debugger had sent at the last look
			       */
	uint64_t wire_before; /* wire bytes at the last progress */
	uint64_t trips;       /* round trips at the last look */
	uint64_t instant;     /* of the last look */
	uint64_t turns;      /* looks at that instant: virtual time can stand */
	uint64_t stood;      /* where the session stood then */
	bool proven;         /* livelock: the state itself came again */
	uint64_t acts;       /* of faults, at the last look */
	uint64_t costly;     /* round trips since then that cost a RESET */
	uint64_t last_trips; /* round trips at the last look */
	uint64_t last_resets; /* RESETs of the debugger then */
	uint64_t calm_trips;  /* round trips when it last cost one */
	size_t digests;
	uint64_t *digest; /* open hash table of WATCH_DIGESTS, owned */
};

void watch_init(struct watch *w, const struct heal_config *config,
		struct engine *engine, struct launched *target);
void watch_release(struct watch *w);

/* A session from its start, or from a state in which faults still act. */
void watch_restart(struct watch *w);

/* The faults end now. */
void watch_heal(struct watch *w, uint64_t now);

/*
 * Look at the session at 'now'; called after each engine step. May end the
 * faults (chain_heal) or the session (session_end).
 */
void watch_look(struct watch *w, uint64_t now);

/* When watch_look() next matters by the clock alone. */
uint64_t watch_deadline(const struct watch *w);

/*
 * Nothing can ever happen again (virtual time only): judge it now.
 */
void watch_stuck(struct watch *w);

#endif

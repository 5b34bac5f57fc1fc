/* SPDX-License-Identifier: MIT */
/*
 * A second debugger on the same pipe: somebody left another WinDbg there, or
 * something else reads the tty. It is a whole debugger with rules of its own,
 * which knows nothing of ours. What it says goes to the target past all faults;
 * what the target says goes to one of both, as a tty, a FIFO or a socket that
 * two have open does it, or to both, as a hub does.
 */
#ifndef RUN_RIVAL_H
#define RUN_RIVAL_H

#include "bench/base/keeper.h"
#include "bench/kd/debugger.h"
#include "inject/rival.h"

#define RIVAL_HELD 256

struct rival {
	/* By enum rival_profile: what it may behave like. No state. */
	struct kd_debugger_profile profiles[RIVAL_PROFILE_COUNT];
	bool here; /* the rest is valid */
	struct rival_config config;
	uint64_t key;       /* of its draws */
	uint64_t turns;     /* drawn so far */
	uint64_t leaves_ns; /* it goes then; KD_NEVER: not by itself */
	uint64_t asked;     /* since it got to its prompt */
	bool takes, passes; /* whose is what goes by: its own, ours */
	bool went;          /* a byte of its was the last on the line */
	uint64_t heard_ns;
	struct kd_parser line; /* where packets begin and end */
	struct kd_debugger d;
	size_t held_len; /* said, and not yet on the line */
	uint8_t held[RIVAL_HELD];
};

/* Nobody is there. 'same' is our own debugger's profile. Returns 'r'. */
struct rival *rival_init(struct rival *r,
			 const struct kd_debugger_profile *same);

/* It comes. 'key' is of its draws. */
void rival_arrive(struct rival *r, const struct rival_config *config,
		  uint64_t key, uint64_t now);

/* It goes, whatever it was about. */
static inline void rival_leave(struct rival *r)
{
	r->here = false;
}

/*
 * Bytes come from the target: how many of the first are all the same ones', and
 * whose. 'in' is not empty.
 */
size_t rival_share(struct rival *r, struct kd_span in, uint64_t now);

/* It reads these. */
void rival_hear(struct rival *r, struct kd_span in, uint64_t now);

/* Its clock goes on: it may leave, send again, ask. */
void rival_time(struct rival *r, uint64_t now);

/*
 * Bytes that it wants on the line: one span, empty if none; they are taken away
 * with rival_said().
 */
struct kd_span rival_says(struct rival *r, uint64_t now);
void rival_said(struct rival *r, size_t len);

/* When rival_time() next matters, or KD_NEVER. */
uint64_t rival_deadline(const struct rival *r);

/* Put it away or bring it back. */
void rival_keep(struct rival *r, struct keeper *k);

/* A hash of what it does from now on. */
uint64_t rival_digest(const struct rival *r, uint64_t now);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * One engine step: move what is due, feed the state machines, say when anything
 * can happen next. Two loops drive it: the real one waits until then, the
 * simulated one sets the clock to it.
 *
 *	session <-> debugger --> chain to target   --> link --> target
 *	                     <-- chain to debugger <-- link <--
 *
 * An empty chain is bypassed: bytes go straight between the debugger and the
 * link's own memory.
 */
#ifndef RUN_ENGINE_H
#define RUN_ENGINE_H

#include "bench/kd/debugger.h"
#include "bench/launch/launch.h"
#include "bench/run/trace.h"
#include "bench/session/session.h"
#include "inject/chain.h"

#define ENGINE_HELD 1024

/* The target sleeps because a fault asked for it (bench/run/asked.h). */
struct engine_asleep {
	uint64_t until_ns; /* 0: it does not */
	uint8_t ends;      /* enum launch_event that wakes it */
};

/* The debugger is away because a fault asked for it (bench/run/desk.h). */
struct engine_away {
	uint64_t until_ns; /* 0: it is not */
	bool killed;       /* another one will come */
	bool sending;      /* the rest of what it said leaves when it is back */
	bool loses;        /* what is said to it meanwhile is thrown away */
};

struct rival;

struct engine {
	struct link *link;
	struct launched *target; /* NULL: faults cannot ask for anything */
	struct kd_debugger *debugger;
	struct session *session;
	struct chain *chains; /* two, by enum fault_dir */
	struct trace *trace;  /* NULL: none */
	uint64_t turnarounds; /* times the line changed its direction */
	uint64_t busy_ns;     /* real time of turns that moved something, up to
				 the one that is under way */
	uint64_t still_until_ns; /* the debugger stands still; 0: never did */
	uint8_t line_dir; /* of the last byte: 1 + enum fault_dir; 0: none */
	struct engine_asleep asleep;
	struct engine_away away;
	struct rival *rival; /* a second debugger; NULL: there can be none */
	const char *rolled_back; /* a fault did so to the target's rings */
	bool begun;   /* what faults want before the session is done */
	bool wrecked; /* a fault has overwritten what the target needs ... */
	uint64_t packets_then; /* ... when so many had come from it */
	size_t held_len;       /* said, but the chain to the target is full */
	uint8_t held[ENGINE_HELD];
};

/*
 * Do what is possible at 'now', once each way. *moved says whether anything
 * happened: then there may be more, to be done at the same instant in virtual
 * time and at a later one in real time, where an answer always takes a while.
 * If nothing did, *next is the instant at which something will, CLOCK_NEVER if
 * only the target can bring it about. False: the link failed (ERR_GUEST).
 */
bool engine_step(struct engine *e, uint64_t now, uint64_t *next, bool *moved,
		 struct err *err);

#endif

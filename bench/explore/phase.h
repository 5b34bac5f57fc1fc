/* SPDX-License-Identifier: MIT */
/*
 * The resync phase diagram. A target that counts polls of its port instead of
 * time gives up after polls x cost of a poll, whatever the clock says: how does
 * a session end, for each cost of a poll and each delay? Every point of the
 * grid is an exhaustive simulation: the delay once at each place of the
 * session, and the worst end counts.
 */
#ifndef EXPLORE_PHASE_H
#define EXPLORE_PHASE_H

#include "bench/explore/preferred.h"
#include "bench/explore/world.h"

/* What is late. */
enum phase_of {
	PHASE_DELAY,   /* each packet in turn */
	PHASE_LATENCY, /* every packet, for as long as faults act */
	PHASE_GAP,     /* each packet in turn, from its midst on: a cut in the
			  leader, in the header, behind the header */
	PHASE_GAPS,    /* every packet, so */
	PHASE_PAUSE,   /* the debugger: it stands still, once, before each
			  packet in turn */
	PHASE_OF_COUNT
};
extern const char *const phase_of_names[PHASE_OF_COUNT];
extern const char *const phase_of_help[PHASE_OF_COUNT];

/* How a session ended, from good to bad. */
enum phase_end {
	PHASE_COMPLETED,
	PHASE_RECOVERED,
	PHASE_WASTEFUL, /* ... with PHASE_WASTE times the bytes, or more */
	PHASE_STUCK,    /* ... only after what was late had ended */
	PHASE_SPURIOUS_STOP,
	PHASE_GAVE_UP,
	PHASE_CORRUPT,
	PHASE_LOST_TARGET,
	PHASE_HANG,
	PHASE_LIVELOCK,
	PHASE_END_COUNT
};
extern const char *const phase_end_names[PHASE_END_COUNT];
extern const char *const phase_end_help[PHASE_END_COUNT];

#define PHASE_WASTE 2

/* One point. Plain data. */
struct phase_point {
	uint32_t ends[PHASE_END_COUNT]; /* places by end */
	uint32_t places;
	uint32_t exchanges; /* of the session without a delay */
	uint32_t rounds;    /* of the debugger, the most */
	uint32_t waste;     /* bytes on the wire, per cent of the undamaged
			       session's; the most of those that survived */
	uint8_t end;        /* the worst */
	bool alone;         /* so it ends without any delay, too */
	bool proven;        /* livelock: the state itself came again */
	uint32_t number;    /* of the first place that ends so */
	struct packet_address at;
};

struct phase_options {
	enum phase_of of;
	struct preferred cost_ps; /* of one poll */
	struct preferred delay_ns;
	uint64_t polls; /* after which the target gives up */
	unsigned workers;
	void (*progress)(void *env, uint64_t done, uint64_t of); /* or NULL */
	void *env;
};

/* All points; a zeroed one is empty. */
struct phase {
	struct phase_options options;
	size_t columns, rows;
	struct phase_point *points; /* column by column; shared memory */
	uint32_t exchanges;         /* of the session: the most */
	uint64_t sessions;
	uint64_t digest; /* two grids with the same one are the same */
	uint64_t wall_ns;
};

uint64_t phase_cost_ps(const struct phase *p, size_t column);
uint64_t phase_delay_ns(const struct phase *p, size_t row);

/* polls x cost: how long the target waits for a byte, in ns; at least 1. */
uint64_t phase_timeout_ns(uint64_t polls, uint64_t cost_ps);

/* The cost at which polls take 'ns', in ps: where an iso-line lies. */
uint64_t phase_iso_ps(uint64_t polls, uint64_t ns);

const struct phase_point *phase_point(const struct phase *p, size_t column,
				      size_t row);

/*
 * How much phase_run() is going to do: sessions, and the most exchanges that
 * one of them has. Runs one session for each cost. False: the harness failed.
 */
bool phase_foresee(const struct cell *cell, const struct phase_options *o,
		   uint64_t *sessions, uint32_t *exchanges, struct err *err);

/*
 * Simulate them all: the cell's session, target, debugger and line, but for the
 * target's byte time-out and the faults. Faults end as its 'heal' says, which
 * gives them the delay in addition. False: the harness failed or was
 * interrupted. Release in any case.
 */
bool phase_run(struct phase *p, const struct cell *cell,
	       const struct phase_options *o, struct err *err);
void phase_release(struct phase *p);

#endif

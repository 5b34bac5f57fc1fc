/* SPDX-License-Identifier: MIT */
/* The simulated target, for its own files. Private to bench/launch. */
#ifndef LAUNCH_SIM_PARTS_H
#define LAUNCH_SIM_PARTS_H

#include "bench/launch/launch.h"
#include "bench/launch/sim_machine.h"
#include "bench/launch/sim_pipe.h"

/* Its clock, and whether it does anything. */
struct sim_sleep {
	uint64_t behind_ns; /* the target's clock is, of the line's */
	uint64_t stood_ns;  /* what it says while it stands still */
	bool frozen;        /* it does */
	bool paused;        /* it does not, but nothing else goes on */
	bool dead;          /* nothing ever goes on, but for a reset */
};

/* A machine that was put away. */
struct sim_snapshot {
	size_t len; /* 0: none */
	uint64_t clock_ns;
	uint8_t *bytes; /* owned */
};

/* All that is simulated. Fields named hold_until, *_ns: the target's clock. */
struct sim {
	struct launched base;
	struct link link;
	uint64_t now;
	struct sim_sleep sleep;
	bool no_idt; /* its next interrupt is its last */
	struct sim_snapshot snapshot;
	uint64_t service_ns;
	uint64_t hold_until; /* the target still works on a request */
	uint64_t boots_ns;   /* after a reset: when it is there again */
	bool reset_due;      /* between packets that travel whole */
	bool new_pipe;       /* ... and the line is to be emptied */
	const struct launch_config *config; /* borrowed */
	uint64_t polled_ns; /* when the running target last looked */
	uint64_t served;    /* packets taken so far */
	struct sim_pipe to_target, to_debugger;
	struct kd_target target;
	struct sim_machine machine;
};

/* What the target's clock says at 'now' ... */
static inline uint64_t sim_clock(const struct sim *s, uint64_t now)
{
	return s->sleep.frozen ? s->sleep.stood_ns : now - s->sleep.behind_ns;
}

/* ... and when it will say 'at', unless that is never. */
static inline uint64_t sim_when(const struct sim *s, uint64_t at)
{
	return at == UINT64_MAX ? at : at + s->sleep.behind_ns;
}

static inline bool sim_asleep(const struct sim *s)
{
	return s->sleep.frozen || s->sleep.paused || s->sleep.dead;
}

/* Both directions of the line, empty; the machine as it comes new. */
void sim_make_line(struct sim *s);
void sim_make_machine(struct sim *s);

/* If a reset is due and can be now, let it be. */
void sim_reset(struct sim *s, uint64_t now);

/*
 * Is the machine still on its way from the reset to its first stop? If it has
 * just arrived, it stops.
 */
bool sim_boots(struct sim *s, uint64_t now);

/* As launched_ops have it. */
const char *sim_spared(const struct launched *t, enum launch_event what,
		       uint64_t amount);
bool sim_happen(struct launched *t, enum launch_event what, uint64_t amount,
		uint64_t *now, struct err *err);

#endif

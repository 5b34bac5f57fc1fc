/* SPDX-License-Identifier: MIT */
/* What happens to the simulated target from outside. */
#include <stdlib.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/launch/sim.h"
#include "bench/launch/sim_parts.h"

/* --- it stands still --------------------------------------------------------
 */

static void freeze(struct sim *s, uint64_t now)
{
	s->sleep.stood_ns = sim_clock(s, now);
	s->sleep.frozen = true;
}

/* Its clock goes on with 'clock'. */
static void set_clock(struct sim *s, uint64_t now, uint64_t clock)
{
	s->sleep.behind_ns = now - clock;
	s->sleep.frozen = false;
}

/* --- snapshots --------------------------------------------------------------
 */

/*
 * All that the machine is; what is under way on the line is not. Its times are
 * of its own clock, which goes back with it.
 */
static void keep_machine(struct sim *s, struct keeper *k)
{
	keeper_part(k, &s->hold_until, sizeof(s->hold_until));
	keeper_part(k, &s->boots_ns, sizeof(s->boots_ns));
	keeper_part(k, &s->polled_ns, sizeof(s->polled_ns));
	keeper_part(k, &s->served, sizeof(s->served));
	keeper_part(k, &s->no_idt, sizeof(s->no_idt));
	keeper_part(k, &s->target, sizeof(s->target));
	sim_machine_keep(&s->machine, k);
}

static void take_snapshot(struct sim *s, uint64_t now)
{
	struct sim_snapshot *snapshot = &s->snapshot;
	struct keeper k = { .at = NULL };

	keep_machine(s, &k);
	free(snapshot->bytes);
	snapshot->len = k.used;
	snapshot->bytes = mem_alloc(snapshot->len);
	snapshot->clock_ns = sim_clock(s, now);
	k = (struct keeper){ .at = snapshot->bytes };
	keep_machine(s, &k);
}

static void revert(struct sim *s, uint64_t now)
{
	struct keeper k = { .at = s->snapshot.bytes, .restoring = true };

	keep_machine(s, &k);
	set_clock(s, now, s->snapshot.clock_ns);
	s->reset_due = false;
	s->sleep.dead = false;
}

static void keep_snapshot(struct sim *s, struct keeper *k)
{
	struct sim_snapshot *snapshot = &s->snapshot;
	size_t had = snapshot->len;

	keeper_part(k, &snapshot->len, sizeof(snapshot->len));
	keeper_part(k, &snapshot->clock_ns, sizeof(snapshot->clock_ns));
	if (k->restoring && snapshot->len > had) {
		free(snapshot->bytes);
		snapshot->bytes = mem_alloc(snapshot->len);
	}
	if (snapshot->len)
		keeper_part(k, snapshot->bytes, snapshot->len);
}

void sim_keep(struct launched *t, struct keeper *k)
{
	struct sim *s = (struct sim *)t;

	keeper_part(k, &s->now, sizeof(s->now));
	keeper_part(k, &s->sleep, sizeof(s->sleep));
	keeper_part(k, &s->reset_due, sizeof(s->reset_due));
	keeper_part(k, &s->new_pipe, sizeof(s->new_pipe));
	keep_machine(s, k);
	sim_pipe_keep(&s->to_target, k);
	sim_pipe_keep(&s->to_debugger, k);
	keep_snapshot(s, k);
}

/* --- wreckage ---------------------------------------------------------------
 */

/*
 * Without page tables, or without its own code, it faults at its next
 * instruction; without an IDT at its next interrupt, which is when it runs.
 */
static void wreck(struct sim *s, enum launch_wreck what)
{
	switch (what) {
	case LAUNCH_WRECK_IDT: s->no_idt = true; break;
	case LAUNCH_WRECK_PAGE_TABLES: s->machine.end = SIM_TRIPLE_FAULT; break;
	case LAUNCH_WRECK_STUB:
	case LAUNCH_WRECK_CLI_HLT: s->sleep.dead = true; break;
	case LAUNCH_WRECK_RING_MEMORY: break; /* it has none */
	}
}

/* --- as launched_ops have it ------------------------------------------------
 */

const char *sim_spared(const struct launched *t, enum launch_event what,
		       uint64_t amount)
{
	const struct sim *s = (const struct sim *)t;

	if (what == LAUNCH_NEW_PIPE && s->link.framing == LINK_PACKET)
		return "a pipe of whole packets is not replaced in mid-packet";
	if (what == LAUNCH_EPOCH_TARGET || what == LAUNCH_EPOCH_DEBUGGER ||
	    (what == LAUNCH_WRECK && amount == LAUNCH_WRECK_RING_MEMORY))
		return "the simulated line has no rings";
	if (what == LAUNCH_REVERT && !s->snapshot.len)
		return "there is no snapshot to go back to";
	return NULL;
}

static void press_reset(struct sim *s, bool new_pipe, uint64_t now)
{
	s->reset_due = true;
	s->new_pipe = new_pipe;
	sim_reset(s, sim_clock(s, now));
}

bool sim_happen(struct launched *t, enum launch_event what, uint64_t amount,
		uint64_t *now, struct err *err)
{
	struct sim *s = (struct sim *)t;
	struct kd_target_profile *profile = &s->target.profile;

	(void)err;
	switch (what) {
	case LAUNCH_RESET: press_reset(s, false, *now); break;
	case LAUNCH_RESET_NEW_PIPE: press_reset(s, true, *now); break;
	case LAUNCH_NEW_PIPE: sim_make_line(s); break;
	case LAUNCH_FREEZE: freeze(s, *now); break;
	case LAUNCH_THAW: set_clock(s, *now, sim_clock(s, *now)); break;
	case LAUNCH_PAUSE: s->sleep.paused = true; break;
	case LAUNCH_RESUME: s->sleep.paused = false; break;
	case LAUNCH_POLL_COST:
		profile->byte_timeout_ns = profile->byte_polls * amount;
		break;
	case LAUNCH_SNAPSHOT: take_snapshot(s, *now); break;
	case LAUNCH_REVERT: revert(s, *now); break;
	case LAUNCH_WRECK: wreck(s, (enum launch_wreck)amount); break;
	case LAUNCH_EPOCH_TARGET:
	case LAUNCH_EPOCH_DEBUGGER: break; /* it has no rings */
	}
	return true;
}
